using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>
/// Compares an ADVERTISE with the database: what to request, and what to send (MS-PPGRH 3.1.5.2.8), some ranges at a
/// time.
/// </summary>
/// <remarks>Each range is looked at on its own. A record that lies here in a range in which the other side does not list
/// it is sent, although it may be listed, in the same version, elsewhere: then its modification times differ, and the
/// receiver decides which one stays (MS-PPGRH 3.1.7.32).</remarks>
internal sealed class AdvertiseReview
{
    private const int RangesPerStep = 256;

    private readonly IRecordStore _store;
    private readonly GraphOptions _options;
    private readonly byte[] _boundaries;
    private readonly byte[] _abstracts;
    private readonly Dictionary<Guid, uint> _listed = [];
    private readonly HashSet<Guid> _requested = [];
    private readonly List<RecordAbstract> _toSend = [];
    private readonly ByteList _requests = new();
    private RecordKey? _lastUpper;
    private int _boundary;
    private int _abstract;

    public AdvertiseReview(IRecordStore store, in AdvertiseMessage message, GraphOptions options)
    {
        _store = store;
        _options = options;
        _boundaries = message.Boundaries.ToArray();
        _abstracts = message.Abstracts.ToArray();
        IsFull = message.WireLength > options.MaximumListLength / 2;
    }

    /// <summary>Whether ranges overlap or counts do not add up, which only a hostile neighbor sends.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Whether there may be more differences than were told or are requested now.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The RECORD_ABSTRACTs for REQUEST.</summary>
    public ReadOnlySpan<byte> Requests => _requests.Span;

    /// <summary>What the other side lacks.</summary>
    public IReadOnlyList<RecordAbstract> ToSend =>
        _requested.Count == 0 ? _toSend : [.. _toSend.Where(record => !_requested.Contains(record.Id))];

    /// <summary>Goes on with some ranges.</summary>
    /// <returns>Whether all is done.</returns>
    public bool Step()
    {
        for (int i = 0; i < RangesPerStep && _boundary < _boundaries.Length && !IsMalformed; i++)
        {
            Review(HashBoundary.Read(_boundaries.AsSpan(_boundary)));
            _boundary += HashBoundary.WireLength;
        }

        if (_boundary < _boundaries.Length && !IsMalformed)
        {
            return false;
        }

        IsMalformed |= _abstract != _abstracts.Length;
        return true;
    }

    private void Review(HashBoundary boundary)
    {
        RecordKey lower = KeyOrder.At(boundary.LowerModified, boundary.LowerId);
        RecordKey upper = KeyOrder.At(boundary.UpperModified, boundary.UpperId);
        if (upper < lower
            || lower < _lastUpper
            || boundary.Count > (uint)(_abstracts.Length - _abstract) / RecordAbstract.WireLength)
        {
            IsMalformed = true;
            return;
        }

        _lastUpper = upper;
        ReadListed((int)boundary.Count);
        CompareRange(lower, upper);
    }

    private void ReadListed(int count)
    {
        _listed.Clear();
        for (int i = 0; i < count; i++)
        {
            RecordAbstract listed = RecordAbstract.Read(_abstracts.AsSpan(_abstract));
            _abstract += RecordAbstract.WireLength;
            _listed[listed.Id] = listed.Version;
            if (!_store.TryGetKey(listed.Id, out RecordKey key) || key.Version < listed.Version)
            {
                Request(listed);
            }
        }
    }

    private void Request(RecordAbstract wanted)
    {
        if (_requests.Length + RecordAbstract.WireLength > _options.MaximumListLength - AdvertiseMessage.Fixed)
        {
            IsFull = true;
            return;
        }

        if (_requested.Add(wanted.Id))
        {
            WireWriter writer = _requests.Write(RecordAbstract.WireLength);
            wanted.Write(ref writer);
        }
    }

    private void CompareRange(RecordKey lower, RecordKey upper)
    {
        RecordSelection selection = RecordSelection.All with { Last = upper };
        RecordKey? after = KeyOrder.Before(lower);
        IReadOnlyList<RecordKey> page;
        do
        {
            page = _store.ListKeys(selection, after, _options.PageLength);
            for (int i = 0; i < page.Count; i++)
            {
                RecordKey key = page[i];
                if (!_listed.TryGetValue(key.Id, out uint version) || version < key.Version)
                {
                    _toSend.Add(new RecordAbstract(key.Id, key.Version));
                }

                after = key;
            }
        }
        while (page.Count == _options.PageLength);
    }
}
