namespace PeerNet.Engine.Distribution.Caching;

/// <summary>The records of a package, by their numbers in it.</summary>
internal enum PackageRecordType : byte
{
    /// <summary>A segment.</summary>
    Segment = 1,

    /// <summary>A block of it.</summary>
    Block = 2,

    /// <summary>The checksum.</summary>
    End = 3,
}
