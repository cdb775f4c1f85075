using System.Buffers.Binary;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.NameService.Protocol.Messages;

/// <summary>
/// Writes the answer to a question, which goes back as it came, letter case included. Names of records point at names within
/// the question. What does not fit is left out; where it belongs to the answer itself, the asker is told to come by TCP.
/// </summary>
internal ref struct DnsAnswer
{
    /// <summary>Longest answer.</summary>
    public const int MaximumLength = 4096;

    /// <summary>Where the name of the question begins, as records point at it.</summary>
    public const int NameOfQuestion = DnsQuery.HeaderLength;

    private const ushort IsAnswer = 0x8000;
    private const ushort IsAuthoritative = 0x0400;
    private const ushort IsTruncated = 0x0200;
    private const ushort Pointer = 0xC000;
    private const int RecordHeader = 12;
    private const int OptionsHeader = 11;
    private const int OptionHeader = 4;
    private const int ReasonLength = 2;

    private readonly DnsQuery _query;
    private readonly Span<byte> _buffer;
    private readonly ReadOnlySpan<byte> _cookie;
    private readonly int _limit;
    private int _length;
    private int _answers;
    private int _authorities;
    private int _additions;
    private bool _isTruncated;

    /// <param name="query">The question.</param>
    /// <param name="cookie">Both parts of the cookie that goes with the answer; empty for none.</param>
    /// <param name="buffer">Takes the answer; at least <see cref="MaximumLength"/>.</param>
    /// <param name="limit">Bytes that the answer may have, as long as a question and an OPT record fit.</param>
    public DnsAnswer(DnsQuery query, ReadOnlySpan<byte> cookie, Span<byte> buffer, int limit)
    {
        _query = query;
        _cookie = query.Options.IsThere ? cookie : [];
        _buffer = buffer;
        _length = DnsQuery.HeaderLength + query.Question.Length;
        int options = !query.Options.IsThere ? 0 : OptionsHeader + (_cookie.IsEmpty ? 0 : OptionHeader + _cookie.Length);
        _limit = Math.Clamp(limit, _length + options, MaximumLength) - options;
        query.Question.CopyTo(buffer[DnsQuery.HeaderLength..]);
    }

    /// <summary>Whether the answer was cut short.</summary>
    public readonly bool WasTruncated => _isTruncated;

    /// <summary>Adds a record to the answer proper.</summary>
    /// <param name="owner">Where in the message its name begins.</param>
    /// <param name="type">Its type.</param>
    /// <param name="seconds">How long it is good for.</param>
    /// <param name="data">What it says.</param>
    public void Answer(int owner, DnsType type, uint seconds, scoped ReadOnlySpan<byte> data)
    {
        if (!_isTruncated && TryAdd(owner, type, seconds, data))
        {
            _answers++;
        }
        else
        {
            // Half a set of records looks like a whole one.
            _isTruncated = true;
            _answers = 0;
            _length = DnsQuery.HeaderLength + _query.Question.Length;
        }
    }

    /// <summary>Adds the record that goes with what is not there (RFC 2308 3).</summary>
    public void Authority(int owner, DnsType type, uint seconds, scoped ReadOnlySpan<byte> data) =>
        _authorities += TryAdd(owner, type, seconds, data) ? 1 : 0;

    /// <summary>Adds a record that the asker will want next, if it fits.</summary>
    public void Additional(int owner, DnsType type, uint seconds, scoped ReadOnlySpan<byte> data) =>
        _additions += !_isTruncated && TryAdd(owner, type, seconds, data) ? 1 : 0;

    /// <summary>Ends the answer.</summary>
    /// <param name="code">How the question was answered.</param>
    /// <param name="isAuthoritative">Whether the name is of this server's zone.</param>
    /// <param name="reason">Why, where there is a reason.</param>
    /// <param name="text">The reason in words, UTF-8; as much as fits is told.</param>
    /// <returns>How long the answer is.</returns>
    public int Finish(DnsCode code, bool isAuthoritative, DnsReason? reason = null, scoped ReadOnlySpan<byte> text = default)
    {
        int flags = IsAnswer | (_query.Flags & DnsQuery.KeptFlags) | ((int)code & 0xF)
            | (isAuthoritative ? IsAuthoritative : 0) | (_isTruncated ? IsTruncated : 0);
        var header = new WireWriter(_buffer);
        header.WriteUInt16(_query.Id);
        header.WriteUInt16((ushort)flags);
        header.WriteUInt16((ushort)(_query.Question.IsEmpty ? 0 : 1));
        header.WriteUInt16((ushort)_answers);
        header.WriteUInt16((ushort)_authorities);
        header.WriteUInt16((ushort)(_additions + (_query.Options.IsThere ? 1 : 0)));
        return _query.Options.IsThere ? WriteOptions(code, reason, text) : _length;
    }

    private bool TryAdd(int owner, DnsType type, uint seconds, scoped ReadOnlySpan<byte> data)
    {
        if (RecordHeader + data.Length > _limit - _length)
        {
            return false;
        }

        var writer = new WireWriter(_buffer[_length..]);
        writer.WriteUInt16((ushort)(Pointer | owner));
        writer.WriteUInt16((ushort)type);
        writer.WriteUInt16(DnsQuery.Internet);
        writer.WriteUInt32(seconds);
        writer.WriteUInt16((ushort)data.Length);
        writer.WriteBytes(data);
        _length += writer.Position;
        return true;
    }

    // RFC 6891 6.1.2; the datagrams that this server takes are no longer than those that no network breaks into pieces.
    private readonly int WriteOptions(DnsCode code, DnsReason? reason, scoped ReadOnlySpan<byte> text)
    {
        var writer = new WireWriter(_buffer[_length..]);
        writer.WriteByte(0);
        writer.WriteUInt16((ushort)DnsType.Opt);
        writer.WriteUInt16(DnsLimits.DatagramLength);
        writer.WriteByte((byte)((int)code >> 4));
        writer.WriteByte(0);
        writer.WriteUInt16((ushort)(_query.Options.Flags & DnsOptions.DnssecFlag));
        Span<byte> length = writer.Take(sizeof(ushort));
        int start = writer.Position;
        if (!_cookie.IsEmpty)
        {
            writer.WriteUInt16(DnsOptions.CookieOption);
            writer.WriteUInt16((ushort)_cookie.Length);
            writer.WriteBytes(_cookie);
        }

        int room = _limit - _length - OptionHeader - ReasonLength;
        if (reason is { } why && room >= 0)
        {
            ReadOnlySpan<byte> told = Utf8Start(text, room);
            writer.WriteUInt16(DnsOptions.ReasonOption);
            writer.WriteUInt16((ushort)(ReasonLength + told.Length));
            writer.WriteUInt16((ushort)why);
            writer.WriteBytes(told);
        }

        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(writer.Position - start));
        return _length + writer.Position;
    }

    // As much of a text as fits; no character is cut.
    private static ReadOnlySpan<byte> Utf8Start(ReadOnlySpan<byte> text, int room)
    {
        int length = Math.Min(text.Length, room);
        while (length > 0 && length < text.Length && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return text[..length];
    }
}
