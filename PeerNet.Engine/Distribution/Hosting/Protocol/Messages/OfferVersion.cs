namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>The versions of the Hosted Cache Protocol, by their major number: the minor one is always 0 (MS-PCHC 2.2.1.1).</summary>
internal enum OfferVersion : byte
{
    /// <summary>1.0, over HTTPS.</summary>
    V1 = 1,

    /// <summary>2.0, over HTTP.</summary>
    V2 = 2,
}
