using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>Keeps credentials known and alive: publishes this member's own (MS-PPSEC 3.1.4.4), and renews those of others
/// before they end, where this member is an administrator.</summary>
/// <param name="context">What the node's groups share.</param>
/// <param name="security">What the member knows and can prove.</param>
internal sealed class GroupMemberships(GroupContext context, GroupSecurity security)
{
    private static readonly TimeSpan LongestLead = TimeSpan.FromDays(30);

    // What a record can live longer and is not worth another version.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    // Administrators do not all renew at the same time: the first one spares the others the work.
    private readonly double _patience = 0.5 + (context.Random.NextUInt64() / (double)ulong.MaxValue / 2);

    private string Group => security.Group.Value;

    /// <summary>Sees to it that each credential of this member that counts is published, and stays so: what was signed with
    /// an older one can only be judged with it.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        if (security.Own is null || (security.Properties is { MemberDataOptional: true } && !security.HasSigned))
        {
            return;
        }

        Dictionary<Bits128, PeerRecord> published = await ListOwnAsync(cancellationToken).ConfigureAwait(false);
        GroupCredential[] credentials = security.Ask(
            (members, now) => members.Find(security.Self).Where(one => one.IsValidAt(now)).ToArray(), []);
        foreach (GroupCredential credential in credentials.OrderBy(one => one.NotBefore.Ticks))
        {
            PeerRecord? known = published.GetValueOrDefault(credential.SerialNumber);
            if (known is null || IsEnding(known, credential))
            {
                await PublishAsync(credential.Chain, known?.Id, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Publishes a credential, be it of another member.</summary>
    /// <param name="chain">The credential.</param>
    /// <param name="recordId">The record to renew; null for a new one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task PublishAsync(MembershipChain chain, Guid? recordId, CancellationToken cancellationToken) =>
        context.Graphs.PublishAsync(
            Group,
            (now, find) => Make(security, chain, recordId is { } id ? find(id) : null, now, context.Random),
            cancellationToken);

    /// <summary>The Membership record of a credential, signed by this member.</summary>
    /// <param name="security">What the member knows and can prove.</param>
    /// <param name="chain">The credential.</param>
    /// <param name="current">The record that it takes the place of; null for a new one.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">Where the id comes from.</param>
    public static GraphRecord Make(
        GroupSecurity security, MembershipChain chain, GraphRecord? current, PeerTime now, IRandomSource random)
    {
        string self = security.Self.Value;
        byte[] payload = MembershipPayload.Encode(chain);
        PeerTime expires = Earlier(now + LifetimeIn(security), Earlier(End(chain), security.Own?.NotAfter ?? End(chain)));
        GraphRecord record = current is not null
            ? GroupRecords.Revise(current, self, payload, now, expires)
            : GroupRecords.Create(security.Group.Value, GroupRecordTypes.Membership, self, payload, now, expires, random);
        return GroupRecords.Secure(record, security.Sign);
    }

    /// <summary>Issues new credentials to those whose own end soon.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (security.Own is not { Role: PeerRole.Admin } own)
        {
            return;
        }

        GroupCredential[] ending = security.Ask((members, now) => members.Members
            .Where(member => member != security.Self)
            .Select(member => members.Current(member, now))
            .OfType<GroupCredential>()
            .Where(credential => IsEnding(credential, now) && own.NotAfter > credential.NotAfter + TimeSpan.FromDays(1))
            .ToArray(), []);
        foreach (GroupCredential credential in ending)
        {
            PeerCertificate leaf = credential.Chain.Leaf;
            DateTimeOffset until = security.PeerTime().ToUtc(TimeSpan.Zero) + (leaf.NotAfter - leaf.NotBefore);
            DateTimeOffset last = own.Chain.Leaf.NotAfter;
            MembershipChain chain = security.Issue(leaf, credential.Role, validFrom: null, until < last ? until : last);
            security.Learn(chain, out _);
            await PublishAsync(chain, recordId: null, cancellationToken).ConfigureAwait(false);
            GroupLog.Renewed(context.Logger, Group, credential.Member.Value, chain.Leaf.NotAfter);
        }
    }

    private TimeSpan Lifetime => LifetimeIn(security);

    private static TimeSpan LifetimeIn(GroupSecurity security) =>
        security.Properties?.MembershipLifetime ?? SecurityProperties.UsualMembership;

    private static PeerTime End(MembershipChain chain) => PeerTime.FromUtc(chain.Leaf.NotAfter, TimeSpan.Zero);

    private static PeerTime Earlier(PeerTime left, PeerTime right) => left < right ? left : right;

    private bool IsEnding(PeerRecord record, GroupCredential credential)
    {
        TimeSpan left = record.Expires - context.Time.GetUtcNow();
        PeerTime last = Earlier(credential.NotAfter, security.Own?.NotAfter ?? credential.NotAfter);
        return left < Lifetime / 2 && last - security.PeerTime() > left + Tolerance;
    }

    private bool IsEnding(GroupCredential credential, PeerTime now)
    {
        TimeSpan lead = (credential.NotAfter - credential.NotBefore) / 4;
        return credential.NotAfter - now < (lead < LongestLead ? lead : LongestLead) * _patience;
    }

    private async Task<Dictionary<Bits128, PeerRecord>> ListOwnAsync(CancellationToken cancellationToken)
    {
        var query = new PeerRecordQuery { Types = [GroupRecordTypes.Membership], CreatorId = security.Self.Value };
        Dictionary<Bits128, PeerRecord> records = [];
        await foreach (PeerRecord record in context.Graphs.GetRecordsAsync(Group, query, cancellationToken).ConfigureAwait(false))
        {
            if (MembershipPayload.TryRead(record.Data, out MembershipChain? chain)
                && chain.Leaf.SubjectPeerName == security.Self.Value)
            {
                records[chain.Leaf.SerialNumber] = record;
            }
        }

        return records;
    }
}
