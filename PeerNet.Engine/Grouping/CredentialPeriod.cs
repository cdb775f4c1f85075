using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>From when to when credentials count (MS-PPSEC 3.1.4.5: inside the issuer's).</summary>
internal static class CredentialPeriod
{
    /// <summary>How long a credential counts where nobody says.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(365);

    /// <summary>How long before now a credential begins, so that members whose clocks are behind can use it at once.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromDays(1);

    /// <summary>The validity of the root of a new group, and of its creator's credential: for ever, as Windows has it.</summary>
    public static CertificateValidity OfRoot(DateTimeOffset now) => new(Truncate(now - Lead), Truncate(now).AddYears(1000));

    /// <summary>Chooses a period.</summary>
    /// <param name="issuer">The issuer's credential.</param>
    /// <param name="now">The time.</param>
    /// <param name="from">From when, as asked for; null for now.</param>
    /// <param name="to">Until when, as asked for; null for the usual time, within the issuer's.</param>
    /// <param name="after">It has to begin later than this: the member's last credential, which it takes the place of, and the
    /// last revocation.</param>
    /// <exception cref="PeerException">The period that was asked for is not inside the issuer's, or is none.</exception>
    public static CertificateValidity Choose(
        GroupCredential issuer, PeerTime now, DateTimeOffset? from, DateTimeOffset? to, PeerTime after)
    {
        (DateTimeOffset first, DateTimeOffset last) = (issuer.Chain.Leaf.NotBefore, issuer.Chain.Leaf.NotAfter);
        DateTimeOffset utc = now.ToUtc(TimeSpan.Zero);
        DateTimeOffset earliest = Truncate(after.ToUtc(TimeSpan.Zero)).AddSeconds(1);
        DateTimeOffset begin = from is { } asked ? Truncate(asked) : Max(first, Truncate(utc - Lead));
        DateTimeOffset end = to is { } until ? Truncate(until) : Min(last, Truncate(utc + Usual));
        begin = after > default(PeerTime) ? Max(begin, earliest) : begin;
        return begin >= first && end <= last && begin < end && end > utc
            ? new(begin, end)
            : throw PeerErrors.InvalidTimePeriod.Exception(
                $"A credential must end later than now, and lie inside its issuer's, from {first:u} to {last:u}.", end);
    }

    // Certificates know seconds.
    private static DateTimeOffset Truncate(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset Min(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
