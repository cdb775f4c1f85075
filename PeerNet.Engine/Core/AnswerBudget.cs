namespace PeerNet.Engine.Core;

/// <summary>
/// How many bytes of answers each source gets. The address of a datagram proves nothing: who forges one has the answers
/// sent to somebody else. So a source has little until it has shown that it receives, by repeating something that only
/// what was sent to it could have told. Both tables are bounded: a busy crowd of strangers keeps other strangers out, but
/// nobody who is known.
/// </summary>
/// <param name="stranger">What a source has before that.</param>
/// <param name="known">What a socket has afterwards.</param>
/// <param name="capacity">How many sources each table holds.</param>
internal sealed class AnswerBudget(AnswerAllowance stranger, AnswerAllowance known, int capacity)
{
    /// <summary>How long a proof is good for: addresses change hands.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Dictionary<AddressBlock, Account> _strangers = [];
    private readonly Dictionary<AddressBlock, Account> _known = [];

    /// <summary>Sources that are kept account of.</summary>
    public int Count => _strangers.Count + _known.Count;

    /// <summary>A socket has shown that it receives.</summary>
    public void Confirm(AddressBlock socket, TimeSpan now)
    {
        if (!_known.TryGetValue(socket, out Account? account))
        {
            if (_known.Count >= capacity)
            {
                _known.Remove(_known.MinBy(entry => entry.Value.Confirmed).Key);
            }

            _known.Add(socket, account = new(known, now));
        }

        account.Confirmed = now;
    }

    /// <summary>Takes what an answer needs. One that is longer than the allowance needs all of it, and leaves a debt.</summary>
    /// <param name="source">Who asks, where it is a stranger.</param>
    /// <param name="socket">The same, where it is known.</param>
    /// <param name="bytes">How long the answer is.</param>
    /// <param name="now">The time on a scale that never goes back.</param>
    /// <returns>False where it is not there: the source is to have silence.</returns>
    public bool TryTake(AddressBlock source, AddressBlock socket, int bytes, TimeSpan now) =>
        Find(source, socket, now) is { } account
            ? account.TryTake(bytes, now)
            : TryOpen(source, now) is { } opened && opened.TryTake(bytes, now);

    /// <summary>Whether a stranger has used more than half of what strangers have: time to let it show that it receives.</summary>
    public bool IsRunningLow(AddressBlock source, AddressBlock socket, TimeSpan now) =>
        Find(source, socket, now) is { Confirmed: null } account && account.LeftAt(now) < stranger.Burst / 2;

    private Account? Find(AddressBlock source, AddressBlock socket, TimeSpan now) =>
        _known.TryGetValue(socket, out Account? account) && now - account.Confirmed < Memory
            ? account
            : _strangers.GetValueOrDefault(source);

    private Account? TryOpen(AddressBlock source, TimeSpan now)
    {
        if (_strangers.Count >= capacity)
        {
            ForgetTheQuiet(now);
        }

        Account? account = null;
        if (_strangers.Count < capacity)
        {
            _strangers.Add(source, account = new(stranger, now));
        }

        return account;
    }

    // An account that is full again says nothing that a new one does not.
    private void ForgetTheQuiet(TimeSpan now)
    {
        foreach ((AddressBlock source, Account account) in _strangers)
        {
            if (account.LeftAt(now) >= stranger.Burst)
            {
                _strangers.Remove(source);
            }
        }
    }

    private sealed class Account(AnswerAllowance allowance, TimeSpan opened)
    {
        private double _left = allowance.Burst;
        private TimeSpan _at = opened;

        public TimeSpan? Confirmed { get; set; }

        public double LeftAt(TimeSpan now) =>
            Math.Min(allowance.Burst, _left + ((now - _at).TotalSeconds * allowance.BytesPerSecond));

        public bool TryTake(int bytes, TimeSpan now)
        {
            _left = LeftAt(now);
            _at = now;
            bool isThere = _left >= Math.Min(bytes, allowance.Burst);
            _left -= isThere ? bytes : 0;
            return isThere;
        }
    }
}
