using System.Security.Cryptography;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>Who is let in on a connection, by a credential or by the group's password, and what this member shows there.</summary>
/// <param name="security">What the member knows of the group.</param>
/// <param name="time">The clock.</param>
internal sealed class GroupAdmission(GroupSecurity security, TimeProvider time) : IDisposable
{
    // Proofs are tried one after the other.
    private readonly Lock _lock = new();
    private readonly PasswordGuard _guard = new();
    private byte[]? _verifier;

    /// <summary>Whether the owner has given the group's password.</summary>
    public bool HasPassword => _verifier is not null;

    /// <summary>Keeps the stretched password, to join by; it is wiped when this object ends.</summary>
    public void UsePassword(byte[] verifier) => _verifier = verifier;

    /// <summary>Judges the credential that the other side of a connection shows for the key that it has in TLS.</summary>
    /// <remarks>Where it counts no more, a later one of the same key counts that is known here: its holder may not have heard
    /// of it yet, and hears of it from nobody else.</remarks>
    /// <param name="chain">The chain; null where its own has expired, and the member list has to know it.</param>
    /// <param name="remote">The other side's certificate in TLS.</param>
    /// <returns>Null where it counts; else why not.</returns>
    public string? JudgeMember(byte[]? chain, PeerCertificate remote)
    {
        string name = remote.SubjectPeerName!;
        PeerTime now = security.PeerTime();
        if (chain is null)
        {
            return IsKnown(remote, now) ? null : $"the credential of '{name}' has expired, and no newer one is known here";
        }

        if (!MembershipChain.TryRead(chain, out MembershipChain? read)
            || !read.Leaf.PublicKey.Equals(remote.PublicKey)
            || read.Leaf.SubjectPeerName != name)
        {
            return $"the credential that '{name}' shows is not its own";
        }

        return security.Learn(read, out MembershipVerdict verdict) is not { } credential
            ? $"the credential of '{name}' is not one of this group ({verdict})"
            : IsKnown(remote, now) ? null
            : JudgeNow(credential, now);
    }

    /// <summary>Accepts the credential that this node was given.</summary>
    /// <returns>Whether it is its own, and counts.</returns>
    public bool Accept(byte[] chain) =>
        MembershipChain.TryRead(chain, out MembershipChain? read)
        && read.Leaf.PublicKey.Equals(security.Key.PublicKey)
        && read.Leaf.SubjectPeerName == security.Self.Value
        && security.Learn(read, out _) is { } credential
        && JudgeNow(credential, security.PeerTime()) is null;

    /// <summary>What this node can show on a connection.</summary>
    public GroupConnectCredentials GetCredentials()
    {
        GroupCredential? last = security.Last;
        GroupCredential? own = security.Own;
        return new()
        {
            Chain = last?.Chain.Encoded.ToArray(),

            // Before it has met the others, a member with a slow clock may believe that its time has not come.
            IsExpired = last is null || last.NotAfter < security.PeerTime(),
            HasPassword = HasPassword,
            IssuesForPassword = own is not null
                && security.Properties?.Password is { } password
                && GroupRoles.MayIssue(own.Role, password.Role),
        };
    }

    /// <summary>The proof of the password for one connection.</summary>
    /// <param name="remote">The other side's certificate in TLS.</param>
    public byte[] Prove(PeerCertificate remote) =>
        PasswordProof.Create(_verifier!, security.Self.Value, security.Identity.RawData.Span, remote.RawData.Span);

    /// <summary>Checks a proof, and issues a credential to who made it.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="remote">The other side's certificate in TLS.</param>
    /// <param name="source">Where it is.</param>
    /// <returns>The chain; null where the proof is wrong, or too many were.</returns>
    public byte[]? IssueForProof(byte[] proof, PeerCertificate remote, AddressBlock source)
    {
        lock (_lock)
        {
            if (security.Properties?.Password is not { } password
                || security.Own is null
                || !_guard.MayTry(source, time.GetElapsedTime(0)))
            {
                return null;
            }

            byte[] expected = PasswordProof.Create(
                password.Verifier.Span, remote.SubjectPeerName!, remote.RawData.Span, security.Identity.RawData.Span);
            if (!PasswordProof.AreEqual(expected, proof))
            {
                _guard.Failed(source, time.GetElapsedTime(0));
                return null;
            }

            MembershipChain chain = security.Issue(remote, password.Role, validFrom: null, validTo: null);
            security.Learn(chain, out _);
            return chain.Encoded.ToArray();
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_verifier);

    // Whether it is a member by a credential that is known here, whatever it shows.
    private bool IsKnown(PeerCertificate remote, PeerTime now) => security.Ask(
        (members, _) => members.Current(PeerName.Parse(remote.SubjectPeerName!), now)?.Key.Equals(remote.PublicKey) == true, false);

    private string? JudgeNow(GroupCredential credential, PeerTime now)
    {
        if (!credential.IsValidAt(now))
        {
            DateTimeOffset utc = now.ToUtc(TimeSpan.Zero);
            return $"the credential of '{credential.Member}' counts from {credential.Chain.Leaf.NotBefore:u} to "
                + $"{credential.Chain.Leaf.NotAfter:u}, and it is {utc:u} here; see whether a clock is wrong";
        }

        Revocation? revocation = security.Ask((members, _) => members.Revocations.Find(credential, now), null);
        return revocation is null ? null : GroupSecurity.Describe(revocation, credential.Member);
    }
}
