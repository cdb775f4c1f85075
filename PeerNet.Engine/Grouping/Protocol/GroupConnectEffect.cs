namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>What a <see cref="GroupConnectMachine"/> wants done, in order.</summary>
internal abstract record GroupConnectEffect
{
    private GroupConnectEffect()
    {
    }

    /// <summary>Send these bytes under TLS.</summary>
    public sealed record Send(byte[] Bytes) : GroupConnectEffect;

    /// <summary>Judge the credential that the other side shows for the key it has in TLS; answered by
    /// <see cref="GroupConnectMachine.Judged"/>.</summary>
    /// <param name="Chain">The chain; null to look for one in the member list, because the sender's own has expired.</param>
    public sealed record Judge(byte[]? Chain) : GroupConnectEffect;

    /// <summary>Prove the password; answered by <see cref="GroupConnectMachine.Proved"/>.</summary>
    public sealed record Prove : GroupConnectEffect;

    /// <summary>Check a proof of the password, and issue a credential to who made it; answered by
    /// <see cref="GroupConnectMachine.Issued"/>.</summary>
    public sealed record Issue(byte[] Proof) : GroupConnectEffect;

    /// <summary>Judge the credential that this node is given, for the key that it has in TLS; answered by
    /// <see cref="GroupConnectMachine.Judged"/>.</summary>
    public sealed record Accept(byte[] Chain) : GroupConnectEffect;

    /// <summary>Both sides are members; the connection is the graph's from here on.</summary>
    public sealed record Complete : GroupConnectEffect;

    /// <summary>Close the connection.</summary>
    public sealed record Fail(GroupConnectFailure Reason) : GroupConnectEffect;
}
