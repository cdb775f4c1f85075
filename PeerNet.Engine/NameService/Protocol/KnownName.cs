using System.Net;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>A name that was asked for: a search, and then what has come of it.</summary>
/// <param name="key">The name as questions have it.</param>
/// <param name="name">The peer name.</param>
/// <param name="search">The number of the search.</param>
/// <param name="searcher">On whose behalf it is searched for.</param>
internal sealed class KnownName(byte[] key, PeerName name, int search, AddressBlock searcher)
{
    /// <summary>The name as questions have it.</summary>
    public byte[] Key { get; } = key;

    /// <summary>The peer name.</summary>
    public PeerName Name { get; } = name;

    /// <summary>The number of the search.</summary>
    public int Search { get; } = search;

    /// <summary>On whose behalf it is searched for.</summary>
    public AddressBlock Searcher { get; } = searcher;

    /// <summary>Questions that wait for the search, the oldest first.</summary>
    public List<WaitingQuestion> Waiting { get; } = [];

    /// <summary>Whether the search goes on.</summary>
    public bool IsSearching { get; private set; } = true;

    /// <summary>Whether there is such a name.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Why nobody could be asked; empty where somebody was.</summary>
    public byte[] Failure { get; private set; } = [];

    /// <summary>Until when this is known.</summary>
    public TimeSpan Until { get; private set; }

    /// <summary>Its addresses.</summary>
    public KnownAddress[] Addresses { get; private set; } = [];

    /// <summary>Its ports.</summary>
    public KnownPort[] Ports { get; private set; } = [];

    /// <summary>What is told of its registrations, as TXT records have it.</summary>
    public byte[][] Texts { get; private set; } = [];

    /// <summary>The search has ended.</summary>
    public void End(Moment now, SearchOutcome outcome)
    {
        IsSearching = false;
        IsFound = outcome.Found.Count > 0;
        Failure = IsFound || outcome.Failure is null ? [] : Encoding.UTF8.GetBytes(outcome.Failure);
        Until = now.Elapsed + (IsFound ? TimeOf(outcome.Found, now)
            : Failure.Length > 0 ? DnsLimits.FailureTime
            : DnsLimits.AbsenceTime);
        Addresses = [.. outcome.Found.SelectMany(AddressesOf).DistinctBy(address => address.Number).Take(DnsLimits.MaximumRecords)];
        Ports = [.. outcome.Found.SelectMany(PortsOf).Distinct().Take(DnsLimits.MaximumRecords)];
        Texts = [.. outcome.Found.Take(DnsLimits.MaximumRecords).Select(TextOf)];
    }

    private static TimeSpan TimeOf(IReadOnlyList<FoundName> found, Moment now)
    {
        TimeSpan rest = found.Min(one => one.Expires is { } expires ? expires - now.Utc : TimeSpan.MaxValue);
        return rest < TimeSpan.Zero ? TimeSpan.Zero : rest > DnsLimits.FoundTime ? DnsLimits.FoundTime : rest;
    }

    private static IEnumerable<KnownAddress> AddressesOf(FoundName found) =>
        found.Endpoints.Select(endpoint => endpoint.Address).Where(found.IsTold).Select(KnownAddress.From);

    private static IEnumerable<KnownPort> PortsOf(FoundName found) => found.Endpoints
        .Where(endpoint => found.IsTold(endpoint.Address))
        .Select(endpoint => new KnownPort(endpoint.Port, endpoint.Protocol));

    // RFC 1035 3.3.14: strings of up to 255 bytes. A comment is shorter.
    private static byte[] TextOf(FoundName found)
    {
        byte[] comment = Encoding.UTF8.GetBytes(found.Comment);
        byte[] verdict = found.IsVerified ? "verified"u8.ToArray() : "unverified"u8.ToArray();
        byte[] text = new byte[2 + verdict.Length + comment.Length];
        var writer = new WireWriter(text);
        writer.WriteByte((byte)verdict.Length);
        writer.WriteBytes(verdict);
        writer.WriteByte((byte)comment.Length);
        writer.WriteBytes(comment);
        return comment.Length == 0 ? text[..^1] : text;
    }
}

/// <summary>An address as records have it.</summary>
/// <param name="Type">A, or AAAA.</param>
/// <param name="Number">The address, IPv4 in mapped form.</param>
/// <param name="IsLoopback">Whether it means something to programs of this machine only.</param>
internal readonly record struct KnownAddress(DnsType Type, Bits128 Number, bool IsLoopback)
{
    public static KnownAddress From(IPAddress address)
    {
        var source = new QuestionSource(Transport.DatagramAddress.From(new(address, 0)), 0);
        return new(source.Address.IsIPv4 ? DnsType.A : DnsType.Aaaa, source.Address.Address, source.IsLoopback);
    }
}

/// <summary>A port, and what is spoken there.</summary>
internal readonly record struct KnownPort(int Port, PeerProtocol Protocol);

/// <summary>A question that waits.</summary>
/// <param name="Source">Who asks.</param>
/// <param name="Message">The question as it came.</param>
/// <param name="Due">When it is answered at the latest.</param>
internal readonly record struct WaitingQuestion(QuestionSource Source, byte[] Message, TimeSpan Due);
