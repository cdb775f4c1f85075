using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>
/// A DNS server for the zone <c>pnrp.net</c>, whose names are those of peers. It asks no other server. One search answers all
/// who ask for a name meanwhile, and what it has come to is remembered for a while.
/// </summary>
internal sealed class NameServerMachine : IMachine<NameServerEffect>
{
    private readonly NameServerOutput _output = new();
    private readonly NameTable _names = new();
    private readonly Timers<KnownName> _timers = new();
    private readonly Answering _answering;

    public NameServerMachine(IRandomSource random) => _answering = new(_output, Counters, random);

    /// <summary>What was counted.</summary>
    public NameServerCounters Counters { get; } = new();

    /// <summary>Names that are remembered or searched for.</summary>
    public int Names => _names.Count;

    /// <summary>Searches that go on.</summary>
    public int Searches => _names.Searches;

    /// <summary>Questions that wait for a search.</summary>
    public int Waiting { get; private set; }

    public TimeSpan NextDue => _timers.NextDue;

    /// <summary>A message has come.</summary>
    public void Receive(Moment now, QuestionSource source, ReadOnlySpan<byte> message)
    {
        Counters.Questions++;
        if (DnsQuery.TryRead(message, out DnsQuery query))
        {
            Answer(now, source, query, message);
            return;
        }

        // To answer what may be an answer could go on for ever.
        Counters.Malformed++;
        if (source.IsStream)
        {
            _output.Add(new(source, default, null));
        }
    }

    /// <summary>A search has ended.</summary>
    public void Searched(Moment now, int search, SearchOutcome outcome)
    {
        if (!_names.TryEnd(search, out KnownName? known))
        {
            return;
        }

        known.End(now, outcome);
        _timers.Cancel(known);
        WaitingQuestion[] waiting = [.. known.Waiting];
        known.Waiting.Clear();
        Waiting -= waiting.Length;
        Span<byte> lower = stackalloc byte[DnsName.MaximumLength];
        foreach (WaitingQuestion question in waiting)
        {
            AnswerFrom(now, Read(question, lower), known);
        }
    }

    public void Advance(Moment now)
    {
        Span<byte> lower = stackalloc byte[DnsName.MaximumLength];
        while (_timers.TryTake(now.Elapsed, out KnownName known))
        {
            int due = known.Waiting.FindIndex(question => question.Due > now.Elapsed);
            due = due < 0 ? known.Waiting.Count : due;
            for (int i = 0; i < due; i++)
            {
                Fail(now, Read(known.Waiting[i], lower), DnsReason.NoReachableAuthority, "The name is still searched for; ask again."u8);
            }

            known.Waiting.RemoveRange(0, due);
            Waiting -= due;
            SetTimer(known);
        }
    }

    public IReadOnlyList<NameServerEffect> TakeEffects() => _output.Take();

    private void Answer(Moment now, QuestionSource source, DnsQuery query, ReadOnlySpan<byte> message)
    {
        if (query.Problem != DnsCode.NoError)
        {
            Counters.Malformed++;
            _answering.Send(now, source, query, query.Problem);
            return;
        }

        Span<byte> lower = stackalloc byte[DnsName.MaximumLength];
        lower = lower[..query.Name.Length];
        DnsName.ToLower(query.Name, lower);
        if (query.Class != DnsQuery.Internet || !ZoneName.TryRead(lower, out ZoneName name))
        {
            Refuse(now, source, query, DnsReason.NotAuthoritative);
        }
        else if (query.Type is DnsType.Any or DnsType.Axfr or DnsType.Ixfr)
        {
            // RFC 8482 lets a server answer ANY as it likes. A refusal costs no search, is short, and leaves nothing wrong in a
            // cache; that some would ask another server instead does no harm, as there is none.
            Refuse(now, source, query, DnsReason.NotSupported);
        }
        else if (name.IsZone)
        {
            _answering.SendZone(now, source, query);
        }
        else
        {
            AnswerPeer(now, new AskedName
            {
                Source = source,
                Query = query,
                Message = message,
                Name = name,
                Lower = lower[name.Peer..],
                Due = now.Elapsed + DnsLimits.Patience,
            });
        }
    }

    private void AnswerPeer(Moment now, AskedName asked)
    {
        if (!asked.Name.IsPeer)
        {
            _answering.SendAbsence(now, asked.Source, asked.Query, asked.Name, exists: false, DnsLimits.AbsenceTime);
        }
        else if (TryFind(now, asked, asked.Lower, out KnownName? known))
        {
            Counters.Cached++;
            AnswerFrom(now, asked, known);
        }
    }

    // Names of DNS know no letter case (RFC 4343), and resolvers mix it so as to be harder to deceive; classifiers do know it. So
    // a name is searched for in lower case first, and as it was written only where nobody has it so.
    private void AnswerFrom(Moment now, AskedName asked, KnownName known)
    {
        if (!IsWrittenOtherwise(known, asked) || TryFind(now, asked, asked.Written, out known!))
        {
            AnswerWith(now, asked, known);
        }
    }

    private void AnswerWith(Moment now, AskedName asked, KnownName known)
    {
        if (known.IsFound)
        {
            _answering.SendKnown(now, asked.Source, asked.Query, asked.Name, known);
        }
        else if (known.Failure.Length > 0)
        {
            Fail(now, asked, DnsReason.NoReachableAuthority, known.Failure);
        }
        else
        {
            // Below an authority there may be names also where nobody has it alone: denied, those would be as well (RFC 8020 2).
            bool exists = known.Name.Classifier.Length == 0;
            _answering.SendAbsence(now, asked.Source, asked.Query, asked.Name, exists, known.Until - now.Elapsed);
        }
    }

    private static bool IsWrittenOtherwise(KnownName known, AskedName asked) =>
        !known.IsFound && known.Failure.Length == 0 && !asked.Written.SequenceEqual(asked.Lower)
        && NameOf(asked.Written) is { } name && name != known.Name;

    /// <summary>Finds what is known of a name, or has the question wait for a search.</summary>
    /// <returns>False where the question waits, or is answered.</returns>
    private bool TryFind(Moment now, AskedName asked, ReadOnlySpan<byte> key, [NotNullWhen(true)] out KnownName? known)
    {
        if (!_names.TryFind(key, now.Elapsed, out known))
        {
            if (NameOf(key) is not { } name)
            {
                // Nobody can have it.
                _answering.SendAbsence(now, asked.Source, asked.Query, asked.Name, exists: false, DnsLimits.AbsenceTime);
                return false;
            }

            known = Search(now, asked, key, name);
        }

        if (known is { IsSearching: false })
        {
            return true;
        }

        Wait(now, asked, known);
        return false;
    }

    private KnownName? Search(Moment now, AskedName asked, ReadOnlySpan<byte> key, PeerName name)
    {
        KnownName? known = Waiting < DnsLimits.MaximumWaiting ? _names.Open(key, name, asked.Source.Block, now.Elapsed) : null;
        if (known is not null)
        {
            Counters.Searches++;
            _output.Add(new(default, default, new(known.Search, name)));
        }

        return known;
    }

    private void Wait(Moment now, AskedName asked, KnownName? known)
    {
        if (known is null || Waiting >= DnsLimits.MaximumWaiting || known.Waiting.Count >= DnsLimits.MaximumWaitingEach)
        {
            Fail(now, asked, DnsReason.Other, "Too many names are searched for at the moment."u8);
            return;
        }

        known.Waiting.Add(new(asked.Source, asked.Message.ToArray(), asked.Due));
        Waiting++;
        if (known.Waiting.Count == 1)
        {
            SetTimer(known);
        }
    }

    private void SetTimer(KnownName known)
    {
        if (known.Waiting.Count > 0)
        {
            _timers.Set(known, known.Waiting[0].Due);
        }
    }

    private static AskedName Read(WaitingQuestion question, Span<byte> lower)
    {
        _ = DnsQuery.TryRead(question.Message, out DnsQuery query);
        lower = lower[..query.Name.Length];
        DnsName.ToLower(query.Name, lower);
        _ = ZoneName.TryRead(lower, out ZoneName name);
        return new()
        {
            Source = question.Source,
            Query = query,
            Message = question.Message,
            Name = name,
            Lower = lower[name.Peer..],
            Due = question.Due,
        };
    }

    private static PeerName? NameOf(ReadOnlySpan<byte> key) =>
        PeerName.TryParseHostName(DnsName.ToText(key), out PeerName? name) ? name : null;

    private void Refuse(Moment now, QuestionSource source, DnsQuery query, DnsReason reason)
    {
        Counters.Refused++;
        _answering.Send(now, source, query, DnsCode.Refused, reason);
    }

    private void Fail(Moment now, AskedName asked, DnsReason reason, ReadOnlySpan<byte> why)
    {
        Counters.Failed++;
        _answering.Send(now, asked.Source, asked.Query, DnsCode.ServerFailure, reason, why);
    }
}
