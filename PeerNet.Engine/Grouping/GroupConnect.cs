using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>Runs Group Connect on a connection that TLS protects (MS-PPSEC 3.2, 3.3).</summary>
/// <param name="security">What this member knows and can prove.</param>
/// <param name="stream">The connection.</param>
/// <param name="remote">The other side's certificate in TLS.</param>
/// <param name="source">Where the other side is.</param>
internal sealed class GroupConnect(GroupSecurity security, Stream stream, PeerCertificate remote, AddressBlock source)
{
    private string? _reason;

    /// <summary>Ends when both sides are members.</summary>
    /// <exception cref="PeerException">One of them is not.</exception>
    public async Task RunAsync(bool isRequestor, CancellationToken cancellationToken)
    {
        var machine = new GroupConnectMachine(isRequestor, security.Admission.GetCredentials());
        machine.Start(Now);
        while (!await PerformAsync(machine, cancellationToken).ConfigureAwait(false))
        {
            byte[] packet = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            machine.Receive(Now, packet);
        }
    }

    // The exchange has no timers of its own, and judges by peer time.
    private static Moment Now => default;

    /// <returns>Whether the exchange is complete; false where a packet has to come.</returns>
    private async Task<bool> PerformAsync(GroupConnectMachine machine, CancellationToken cancellationToken)
    {
        while (machine.TakeEffects() is { Count: > 0 } effects)
        {
            foreach (GroupConnectEffect effect in effects)
            {
                if (effect is GroupConnectEffect.Complete)
                {
                    await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                }

                await PerformAsync(machine, effect, cancellationToken).ConfigureAwait(false);
            }
        }

        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task PerformAsync(
        GroupConnectMachine machine, GroupConnectEffect effect, CancellationToken cancellationToken)
    {
        switch (effect)
        {
            case GroupConnectEffect.Send send:
                await stream.WriteAsync(send.Bytes, cancellationToken).ConfigureAwait(false);
                break;
            case GroupConnectEffect.Judge judge:
                _reason = security.Admission.JudgeMember(judge.Chain, remote);
                machine.Judged(Now, _reason is null);
                break;
            case GroupConnectEffect.Prove:
                machine.Proved(Now, security.Admission.Prove(remote));
                break;
            case GroupConnectEffect.Issue issue:
                machine.Issued(Now, security.Admission.IssueForProof(issue.Proof, remote, source));
                break;
            case GroupConnectEffect.Accept accept:
                machine.Judged(Now, security.Admission.Accept(accept.Chain));
                break;
            case GroupConnectEffect.Fail fail:
                throw PeerErrors.ConnectionNotAuthenticated.Exception(Explain(fail.Reason) + ".", security.Group.Value);
        }
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] head = new byte[GroupConnectPacket.PrefixLength];
        int read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < head.Length)
        {
            throw PeerErrors.ConnectionNotAuthenticated.Exception(
                $"'{remote.SubjectPeerName}' hung up when it saw {Shown}.", security.Group.Value);
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length > GroupConnectPacket.MaximumLength)
        {
            throw new InvalidDataException($"A packet of Group Connect announces {length} bytes.");
        }

        byte[] packet = new byte[length];
        await stream.ReadExactlyAsync(packet, cancellationToken).ConfigureAwait(false);
        return packet;
    }

    private string Shown => security.Own is not null
        ? "this node's credential: there it is revoked, or counts no more"
        : security.Admission.HasPassword
            ? "that this node knows a password: it is another, there were too many wrong ones, or that member lets nobody in by it"
            : "that this node's credential has expired: nobody has issued a new one";

    private string Explain(GroupConnectFailure failure) => failure switch
    {
        GroupConnectFailure.NotMember => _reason ?? $"'{remote.SubjectPeerName}' shows no credential of the group",
        GroupConnectFailure.NoPasswords => $"'{remote.SubjectPeerName}' wants to join by password, and this member lets nobody in by it",
        GroupConnectFailure.WrongPassword => $"'{remote.SubjectPeerName}' does not know the group's password, or has tried too often",
        GroupConnectFailure.WrongGift => $"the credential that '{remote.SubjectPeerName}' gives does not count",
        GroupConnectFailure.NothingToShow => "this node has no credential of the group, and no password",
        _ => $"'{remote.SubjectPeerName}' does not follow the protocol of groups ({failure})",
    };
}
