namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>The flags of an Encoded CPA (MS-PNRP 2.2.3.1); the values are the wire's.</summary>
[Flags]
internal enum CpaFlags : byte
{
    /// <summary>R: a revoke CPA.</summary>
    Revoke = 0x01,

    /// <summary>U: the friendly name is in UTF-8.</summary>
    Utf8 = 0x02,

    /// <summary>A: there is a binary authority.</summary>
    Authority = 0x04,

    /// <summary>C: there is a classifier hash.</summary>
    ClassifierHash = 0x08,

    /// <summary>F: there is a friendly name.</summary>
    FriendlyName = 0x10,

    /// <summary>X: the registration has an extended payload.</summary>
    ExtendedPayload = 0x20,
}
