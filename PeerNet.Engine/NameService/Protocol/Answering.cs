using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>Writes answers, and sends them as far as their source may have them.</summary>
/// <param name="output">Where they go.</param>
/// <param name="counters">Counts them.</param>
/// <param name="random">Makes the secret of cookies.</param>
internal sealed class Answering(NameServerOutput output, NameServerCounters counters, IRandomSource random)
{
    private const int SoaLength = 38;

    // A resolver of a house that asks for all of its programs has no cookies yet, but short answers.
    private static readonly AnswerAllowance Stranger = new(16 * 1024, 64 * 1024);

    private readonly DnsCookies _cookies = new(random);
    private readonly AnswerBudget _budget = new(Stranger, AnswerAllowance.Known, DnsLimits.MaximumSources);

    private static ReadOnlySpan<byte> Nobody => "\u0006nobody\u0007invalid\0"u8;

    /// <summary>Answers without a record.</summary>
    public void Send(
        Moment now, QuestionSource source, DnsQuery query, DnsCode code, DnsReason? reason = null, ReadOnlySpan<byte> text = default)
    {
        DnsAnswer answer = Begin(now, source, query, stackalloc byte[DnsCookies.Length]);

        // What is the matter with this node is nobody's business but of this machine.
        Send(now, source, answer, answer.Finish(code, isAuthoritative: false, reason, source.IsLoopback ? text : []));
    }

    /// <summary>Tells of the zone itself (RFC 6303 3).</summary>
    public void SendZone(Moment now, QuestionSource source, DnsQuery query)
    {
        DnsAnswer answer = Begin(now, source, query, stackalloc byte[DnsCookies.Length]);
        Span<byte> data = stackalloc byte[SoaLength];
        switch (query.Type)
        {
            case DnsType.Soa:
                WriteSoa(zone: 0, data);
                answer.Answer(DnsAnswer.NameOfQuestion, DnsType.Soa, (uint)DnsLimits.FoundTime.TotalSeconds, data);
                break;
            case DnsType.Ns:
                WritePointer(zone: 0, data);
                answer.Answer(DnsAnswer.NameOfQuestion, DnsType.Ns, (uint)DnsLimits.FoundTime.TotalSeconds, data[..sizeof(ushort)]);
                break;
            default:
                WriteAbsence(ref answer, zone: 0, DnsLimits.AbsenceTime);
                counters.Absent++;
                break;
        }

        Send(now, source, answer, answer.Finish(DnsCode.NoError, isAuthoritative: true));
    }

    /// <summary>Says that there is no such name; or, where <paramref name="exists"/>, that it has nothing of the type (RFC 2308 2).</summary>
    public void SendAbsence(Moment now, QuestionSource source, DnsQuery query, ZoneName name, bool exists, TimeSpan rest)
    {
        DnsAnswer answer = Begin(now, source, query, stackalloc byte[DnsCookies.Length]);
        WriteAbsence(ref answer, name.Zone, rest < DnsLimits.AbsenceTime ? rest : DnsLimits.AbsenceTime);
        counters.Absent++;
        Send(now, source, answer, answer.Finish(exists ? DnsCode.NoError : DnsCode.NameError, isAuthoritative: true));
    }

    /// <summary>Tells what a name has of the type that is asked for.</summary>
    public void SendKnown(Moment now, QuestionSource source, DnsQuery query, ZoneName name, KnownName known)
    {
        TimeSpan rest = known.Until > now.Elapsed ? known.Until - now.Elapsed : TimeSpan.Zero;
        if (!HasRecords(known, query.Type, name, source))
        {
            SendAbsence(now, source, query, name, exists: true, rest);
            return;
        }

        DnsAnswer answer = Begin(now, source, query, stackalloc byte[DnsCookies.Length]);
        WriteRecords(ref answer, query, name, known, source, (uint)rest.TotalSeconds);
        counters.Found++;
        Send(now, source, answer, answer.Finish(DnsCode.NoError, isAuthoritative: true));
    }

    private static bool HasRecords(KnownName known, DnsType type, ZoneName name, QuestionSource source)
    {
        switch (type)
        {
            case DnsType.A or DnsType.Aaaa when name.Service is null:
                foreach (KnownAddress address in known.Addresses)
                {
                    if (IsFor(address, type, source))
                    {
                        return true;
                    }
                }

                return false;
            case DnsType.Srv:
                foreach (KnownPort port in known.Ports)
                {
                    if (IsFor(port, name))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return type == DnsType.Txt && name.Service is null;
        }
    }

    private static bool IsFor(KnownAddress address, DnsType type, QuestionSource source) =>
        address.Type == type && (!address.IsLoopback || source.IsLoopback);

    private static bool IsFor(KnownPort port, ZoneName name) => name.Service is null || name.Service == port.Protocol;

    private static void WriteRecords(
        ref DnsAnswer answer, DnsQuery query, ZoneName name, KnownName known, QuestionSource source, uint seconds)
    {
        switch (query.Type)
        {
            case DnsType.Txt:
                foreach (byte[] text in known.Texts)
                {
                    answer.Answer(DnsAnswer.NameOfQuestion, DnsType.Txt, seconds, text);
                }

                break;
            case DnsType.Srv:
                WritePorts(ref answer, query, name, known, seconds);
                WriteAddresses(ref answer, name, known, source, seconds, DnsType.A, isAddition: true);
                WriteAddresses(ref answer, name, known, source, seconds, DnsType.Aaaa, isAddition: true);
                break;
            default:
                WriteAddresses(ref answer, name, known, source, seconds, query.Type, isAddition: false);
                break;
        }
    }

    private static void WriteAddresses(
        ref DnsAnswer answer, ZoneName name, KnownName known, QuestionSource source, uint seconds, DnsType type, bool isAddition)
    {
        Span<byte> data = stackalloc byte[16];
        ReadOnlySpan<byte> told = type == DnsType.A ? data[^sizeof(uint)..] : data;
        foreach (KnownAddress address in known.Addresses)
        {
            if (!IsFor(address, type, source))
            {
                continue;
            }

            address.Number.Write(data);
            if (isAddition)
            {
                answer.Additional(DnsAnswer.NameOfQuestion + name.Peer, type, seconds, told);
            }
            else
            {
                answer.Answer(DnsAnswer.NameOfQuestion, type, seconds, told);
            }
        }
    }

    // RFC 2782: priority, weight, port, and the target, which is not compressed.
    private static void WritePorts(ref DnsAnswer answer, DnsQuery query, ZoneName name, KnownName known, uint seconds)
    {
        Span<byte> data = stackalloc byte[(3 * sizeof(ushort)) + DnsName.MaximumLength];
        foreach (KnownPort port in known.Ports)
        {
            if (IsFor(port, name))
            {
                var writer = new WireWriter(data);
                writer.WriteUInt16(0);
                writer.WriteUInt16(0);
                writer.WriteUInt16((ushort)port.Port);
                writer.WriteBytes(query.Name[name.Peer..]);
                answer.Answer(DnsAnswer.NameOfQuestion, DnsType.Srv, seconds, writer.Written);
            }
        }
    }

    private static void WriteAbsence(ref DnsAnswer answer, int zone, TimeSpan rest)
    {
        Span<byte> data = stackalloc byte[SoaLength];
        WriteSoa(zone, data);
        answer.Authority(DnsAnswer.NameOfQuestion + zone, DnsType.Soa, (uint)Math.Ceiling(rest.TotalSeconds), data);
    }

    // RFC 1035 3.3.13, with the values of RFC 6303 3 but for the last one: how long absences are remembered.
    private static void WriteSoa(int zone, Span<byte> data)
    {
        WritePointer(zone, data);
        var writer = new WireWriter(data[sizeof(ushort)..]);
        writer.WriteBytes(Nobody);
        writer.WriteUInt32(1);
        writer.WriteUInt32(3600);
        writer.WriteUInt32(1200);
        writer.WriteUInt32(604_800);
        writer.WriteUInt32((uint)DnsLimits.AbsenceTime.TotalSeconds);
    }

    private static void WritePointer(int zone, Span<byte> data) =>
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)(0xC000 | (DnsAnswer.NameOfQuestion + zone)));

    private DnsAnswer Begin(Moment now, QuestionSource source, DnsQuery query, Span<byte> cookie)
    {
        bool isKnown = _cookies.IsOurs(query.Options.Cookie, source.Address, now);
        if (isKnown)
        {
            _budget.Confirm(source.Whole, now.Elapsed);
        }

        bool hasCookie = !query.Options.Cookie.IsEmpty;
        if (hasCookie)
        {
            _cookies.Make(query.Options.ClientCookie, source.Address, now, cookie);
        }

        return new(query, hasCookie ? cookie : [], output.Room, LimitOf(source, query, isKnown));
    }

    private static int LimitOf(QuestionSource source, DnsQuery query, bool isKnown)
    {
        if (source.IsStream)
        {
            return DnsAnswer.MaximumLength;
        }

        int datagram = Math.Clamp((int)query.Options.DatagramLength, DnsLimits.ShortDatagram, DnsLimits.DatagramLength);
        return isKnown ? datagram : Math.Min(datagram, DnsLimits.Amplification * query.Length);
    }

    private void Send(Moment now, QuestionSource source, DnsAnswer answer, int length)
    {
        counters.Truncated += answer.WasTruncated ? 1 : 0;
        if (source.IsStream || source.IsLoopback || _budget.TryTake(source.Block, source.Whole, length, now.Elapsed))
        {
            output.Send(source, length);
        }
        else
        {
            counters.Limited++;
        }
    }
}
