using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol.Synchronization;

/// <summary>The records of a selection, for SOLICIT_NEW and SOLICIT_TIME. What changes meanwhile is flooded anyway.</summary>
internal sealed class SelectionFeed(IRecordStore store, RecordSelection selection, int pageLength) : RecordFeed
{
    private IReadOnlyList<RecordKey> _page = [];
    private RecordKey? _last;
    private int _position;
    private bool _isLastPage;

    public override bool TryNext(out GraphRecord? record)
    {
        record = null;
        if (_position == _page.Count && !TryTurn())
        {
            return false;
        }

        record = store.Find(_page[_position++].Id);
        return true;
    }

    private bool TryTurn()
    {
        if (_isLastPage)
        {
            return false;
        }

        _page = store.ListKeys(selection, _last, pageLength);
        _position = 0;
        _isLastPage = _page.Count < pageLength;
        if (_page.Count == 0)
        {
            return false;
        }

        _last = _page[^1];
        return true;
    }
}
