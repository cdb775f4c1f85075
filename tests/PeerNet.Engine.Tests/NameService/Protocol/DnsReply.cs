using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.Tests.NameService.Protocol;

/// <summary>An answer as a resolver reads it: written from RFC 1035 alone, pointers followed.</summary>
internal sealed class DnsReply
{
    private readonly byte[] _bytes;
    private int _at = 12;

    public DnsReply(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        Flags = Word(2);
        int[] counts = [Word(4), Word(6), Word(8), Word(10)];
        for (int i = 0; i < counts[0]; i++)
        {
            Question = Name();
            QuestionType = (DnsType)Next();
            _at += 2;
        }

        Answers = Records(counts[1]);
        Authorities = Records(counts[2]);
        Additions = Records(counts[3]);
        Assert.Equal(_bytes.Length, _at);
    }

    public int Id => Word(0);

    public int Flags { get; }

    public int Length => _bytes.Length;

    public bool IsAuthoritative => (Flags & 0x0400) != 0;

    public bool IsTruncated => (Flags & 0x0200) != 0;

    public bool OffersRecursion => (Flags & 0x0080) != 0;

    public DnsCode Code => (DnsCode)((Flags & 0xF) | (ExtendedCode << 4));

    public string? Question { get; }

    public DnsType QuestionType { get; }

    /// <summary>Each as <c>name seconds type data</c>.</summary>
    public IReadOnlyList<string> Answers { get; }

    public IReadOnlyList<string> Authorities { get; }

    public IReadOnlyList<string> Additions { get; }

    public bool HasOptions { get; private set; }

    public int OptionFlags { get; private set; }

    public byte[] Cookie { get; private set; } = [];

    public DnsReason? Reason { get; private set; }

    public string ReasonText { get; private set; } = "";

    private int ExtendedCode { get; set; }

    private List<string> Records(int count)
    {
        var records = new List<string>();
        for (int i = 0; i < count; i++)
        {
            string name = Name();
            var type = (DnsType)Next();
            int @class = Next();
            uint seconds = BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(_at));
            _at += 4;
            int end = Next() + _at;
            if (type == DnsType.Opt)
            {
                ReadOptions(seconds, end);
            }
            else
            {
                Assert.Equal(1, @class);
                records.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {seconds} {type} {Data(type, end)}"));
            }

            Assert.Equal(end, _at);
        }

        return records;
    }

    private void ReadOptions(uint ttl, int end)
    {
        Assert.False(HasOptions);
        HasOptions = true;
        ExtendedCode = (int)(ttl >> 24);
        OptionFlags = (int)(ttl & 0xFFFF);
        while (_at < end)
        {
            int code = Next();
            int stop = Next() + _at;
            if (code == DnsOptions.CookieOption)
            {
                Cookie = _bytes[_at..stop];
            }
            else
            {
                Assert.Equal(DnsOptions.ReasonOption, code);
                Reason = (DnsReason)Word(_at);
                ReasonText = new UTF8Encoding(false, true).GetString(_bytes.AsSpan((_at + 2)..stop));
            }

            _at = stop;
        }
    }

    private string Data(DnsType type, int end)
    {
        switch (type)
        {
            case DnsType.A or DnsType.Aaaa:
                string address = new IPAddress(_bytes.AsSpan(_at..end)).ToString();
                _at = end;
                return address;
            case DnsType.Ns:
                return Name();
            case DnsType.Srv:
                return $"{Next()} {Next()} {Next()} {Name()}";
            case DnsType.Soa:
                string soa = $"{Name()} {Name()}";
                for (int i = 0; i < 5; i++, _at += 4)
                {
                    soa += $" {BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(_at))}";
                }

                return soa;
            default:
                var strings = new List<string>();
                while (_at < end)
                {
                    int length = _bytes[_at++];
                    strings.Add($"\"{Encoding.UTF8.GetString(_bytes, _at, length)}\"");
                    _at += length;
                }

                return string.Join(' ', strings);
        }
    }

    private string Name()
    {
        var labels = new List<string>();
        int at = _at;
        int? after = null;
        for (int hops = 0; _bytes[at] != 0; hops++)
        {
            Assert.True(hops < 200, "A name leads in circles.");
            if (_bytes[at] >= 0xC0)
            {
                after ??= at + 2;
                int target = Word(at) & 0x3FFF;
                Assert.True(target < at, "A name points ahead.");
                at = target;
            }
            else
            {
                labels.Add(Encoding.Latin1.GetString(_bytes, at + 1, _bytes[at]));
                at += 1 + _bytes[at];
            }
        }

        _at = after ?? at + 1;
        return string.Join('.', labels) + ".";
    }

    private int Next()
    {
        _at += 2;
        return Word(_at - 2);
    }

    private ushort Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(at));
}
