using PeerNet.Engine.Wire;

namespace PeerNet.Engine.NameService.Protocol.Messages;

/// <summary>A question (RFC 1035 4.1), as far as it could be read. It points into the message that it was read from.</summary>
internal readonly ref struct DnsQuery
{
    /// <summary>Bytes before the question.</summary>
    public const int HeaderLength = 12;

    /// <summary>Longest question that is looked at: a name and all options that anybody sends.</summary>
    public const int MaximumLength = 1024;

    /// <summary>What of the flags goes back with the answer: the operation, "recursion desired" and "checking disabled".</summary>
    public const ushort KeptFlags = 0x7910;

    /// <summary>The class of the Internet.</summary>
    public const ushort Internet = 1;

    private const ushort ResponseFlag = 0x8000;
    private const ushort OperationMask = 0x7800;

    /// <summary>Its number, which the answer repeats.</summary>
    public ushort Id { get; private init; }

    /// <summary>Its flags.</summary>
    public ushort Flags { get; private init; }

    /// <summary>How long the whole message was.</summary>
    public int Length { get; private init; }

    /// <summary>What is wrong with it; <see cref="DnsCode.NoError"/> for nothing.</summary>
    public DnsCode Problem { get; private init; }

    /// <summary>Name, type and class as they came; empty where they could not be read.</summary>
    public ReadOnlySpan<byte> Question { get; private init; }

    /// <summary>The name as it came, letter case included.</summary>
    public ReadOnlySpan<byte> Name => Question[..^4];

    /// <summary>The type that is asked for.</summary>
    public DnsType Type { get; private init; }

    /// <summary>The class that is asked for.</summary>
    public ushort Class { get; private init; }

    /// <summary>The options; default where there is no OPT record.</summary>
    public DnsOptions Options { get; private init; }

    /// <summary>Reads a question.</summary>
    /// <returns>False where silence is the answer: it is too short or too long, or is an answer itself.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, out DnsQuery query)
    {
        var reader = new WireReader(message);
        query = default;
        if (message.Length > MaximumLength || !reader.TryReadUInt16(out ushort id) || !reader.TryReadUInt16(out ushort flags)
            || (flags & ResponseFlag) != 0 || !reader.TryReadUInt16(out ushort questions) || !TryCount(ref reader, out int records))
        {
            return false;
        }

        var header = new DnsQuery
        {
            Id = id,
            Flags = flags,
            Length = message.Length,
            Problem = (flags & OperationMask) != 0 ? DnsCode.NotImplemented : DnsCode.FormatError,
        };
        query = header.Problem == DnsCode.FormatError && questions == 1
            ? ReadRest(ref reader, message, header, records)
            : header;
        return true;
    }

    private static bool TryCount(scoped ref WireReader reader, out int records)
    {
        bool isRead = reader.TryReadUInt16(out ushort answers);
        isRead &= reader.TryReadUInt16(out ushort authorities);
        isRead &= reader.TryReadUInt16(out ushort additions);
        records = answers + authorities + additions;
        return isRead;
    }

    private static DnsQuery ReadRest(
        scoped ref WireReader reader, ReadOnlySpan<byte> message, DnsQuery header, int records)
    {
        if (!DnsName.TryRead(ref reader) || !reader.TryReadUInt16(out ushort type)
            || !reader.TryReadUInt16(out ushort @class))
        {
            return header;
        }

        ReadOnlySpan<byte> question = message[HeaderLength..reader.Position];
        bool isWhole = DnsOptions.TryFind(ref reader, message, records, out DnsOptions options);
        return new()
        {
            Id = header.Id,
            Flags = header.Flags,
            Length = header.Length,
            Problem = !isWhole ? DnsCode.FormatError : options.Version != 0 ? DnsCode.BadVersion : DnsCode.NoError,
            Question = question,
            Type = (DnsType)type,
            Class = @class,
            Options = options,
        };
    }
}
