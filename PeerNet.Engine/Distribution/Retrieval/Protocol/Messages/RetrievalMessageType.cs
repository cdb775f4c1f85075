namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>The messages of the Retrieval Protocol, by their numbers on the wire (MS-PCCRR 2.2.3, MsgType).</summary>
internal enum RetrievalMessageType : uint
{
    /// <summary>Asks which versions a server speaks.</summary>
    NegoReq = 0,

    /// <summary>Says which versions a server speaks; also the answer to a request of any other version.</summary>
    NegoResp = 1,

    /// <summary>Asks which of some blocks of a segment a server has.</summary>
    GetBlkList = 2,

    /// <summary>Asks for one block.</summary>
    GetBlks = 3,

    /// <summary>Answers <see cref="GetBlkList"/>.</summary>
    BlkList = 4,

    /// <summary>Answers <see cref="GetBlks"/>; the table of 2.2.3 wrongly says GETBLKLIST.</summary>
    Blk = 5,

    /// <summary>Asks a hosted cache which of some segments it has.</summary>
    GetSegList = 6,

    /// <summary>Answers <see cref="GetSegList"/>.</summary>
    SegList = 7,
}
