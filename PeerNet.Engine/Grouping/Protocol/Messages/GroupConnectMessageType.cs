namespace PeerNet.Engine.Grouping.Protocol.Messages;

/// <summary>The messages of Group Connect (MS-PPSEC 2.2.2).</summary>
internal enum GroupConnectMessageType : ushort
{
    /// <summary>The version; first in each side's first packet.</summary>
    Hello = 0x0000,

    /// <summary>The sender's credential.</summary>
    MyGmc = 0x0001,

    /// <summary>The credential that the receiver is given.</summary>
    YourGmc = 0x0002,

    /// <summary>That a password will be proven, or the proof.</summary>
    Password = 0x0005,
}
