using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PeerNet.Engine.Core;

/// <summary>
/// How many bytes of answers each source gets. The address of a datagram proves nothing: who forges one has the answers
/// sent to somebody else. So a source has little until it has shown that it receives, by repeating something that only
/// what was sent to it could have told. Both tables are bounded: a busy crowd of strangers keeps other strangers out, but
/// nobody who is known. They are as large as what they say: whenever one has grown by half, what says nothing any more is dropped.
/// </summary>
/// <param name="stranger">What a source has before that.</param>
/// <param name="known">What a socket has afterwards.</param>
/// <param name="capacity">How many sources each table holds.</param>
internal sealed class AnswerBudget(AnswerAllowance stranger, AnswerAllowance known, int capacity)
{
    // So few are not looked through.
    private const int Few = 8;

    /// <summary>How long a proof is good for: addresses change hands.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>How long it is kept for whoever does not ask.</summary>
    private static readonly TimeSpan Presence = TimeSpan.FromSeconds(20);

    private readonly Dictionary<AddressBlock, Account> _strangers = [];
    private readonly Dictionary<AddressBlock, Account> _known = [];
    private int _manyStrangers = Few;
    private int _manyKnown = Few;

    /// <summary>Sources that are kept account of.</summary>
    public int Count => _strangers.Count + _known.Count;

    /// <summary>A socket has shown that it receives.</summary>
    public void Confirm(AddressBlock socket, TimeSpan now)
    {
        ref Account account = ref CollectionsMarshal.GetValueRefOrNullRef(_known, socket);
        if (!Unsafe.IsNullRef(ref account))
        {
            account.Confirmed = now;
            return;
        }

        if (_known.Count >= Math.Min(_manyKnown, capacity))
        {
            // One that is full again, and not of now: whoever asks much again shows again that it receives.
            _manyKnown = Forget(_known, (in Account old) => now - old.Confirmed >= Memory
                || (now - old.Confirmed >= Presence && old.LeftAt(known, now) >= known.Burst));
        }

        if (_known.Count >= capacity)
        {
            _known.Remove(_known.MinBy(entry => entry.Value.Confirmed).Key);
        }

        _known.Add(socket, new() { Left = known.Burst, At = now, Confirmed = now });
    }

    /// <summary>Takes what an answer needs. One that is longer than the allowance needs all of it, and leaves a debt.</summary>
    /// <param name="source">Who asks, where it is a stranger.</param>
    /// <param name="socket">The same, where it is known.</param>
    /// <param name="bytes">How long the answer is.</param>
    /// <param name="now">The time on a scale that never goes back.</param>
    /// <returns>False where it is not there: the source is to have silence.</returns>
    public bool TryTake(AddressBlock source, AddressBlock socket, int bytes, TimeSpan now)
    {
        ref Account account = ref FindKnown(socket, now);
        if (!Unsafe.IsNullRef(ref account))
        {
            return account.TryTake(known, bytes, now);
        }

        account = ref CollectionsMarshal.GetValueRefOrNullRef(_strangers, source);
        return Unsafe.IsNullRef(ref account) ? TryOpen(source, bytes, now) : account.TryTake(stranger, bytes, now);
    }

    /// <summary>Whether a stranger has used more than half of what strangers have: time to let it show that it receives.</summary>
    public bool IsRunningLow(AddressBlock source, AddressBlock socket, TimeSpan now) =>
        Unsafe.IsNullRef(ref FindKnown(socket, now))
        && _strangers.TryGetValue(source, out Account account)
        && account.LeftAt(stranger, now) < stranger.Burst / 2;

    private static int Forget(Dictionary<AddressBlock, Account> table, Judge isOver)
    {
        foreach ((AddressBlock source, Account account) in table)
        {
            if (isOver(account))
            {
                table.Remove(source);
            }
        }

        int many = table.Count + Math.Max(Few, table.Count / 2);
        if (table.Capacity > many + (many / 2))
        {
            table.TrimExcess(many);
        }

        return many;
    }

    private ref Account FindKnown(AddressBlock socket, TimeSpan now)
    {
        ref Account account = ref CollectionsMarshal.GetValueRefOrNullRef(_known, socket);
        return ref !Unsafe.IsNullRef(ref account) && now - account.Confirmed < Memory ? ref account : ref Unsafe.NullRef<Account>();
    }

    private bool TryOpen(AddressBlock source, int bytes, TimeSpan now)
    {
        if (_strangers.Count >= Math.Min(_manyStrangers, capacity))
        {
            // An account that is full again says nothing that a new one does not.
            _manyStrangers = Forget(_strangers, (in Account old) => old.LeftAt(stranger, now) >= stranger.Burst);
        }

        if (_strangers.Count >= capacity)
        {
            return false;
        }

        Account account = new() { Left = stranger.Burst, At = now };
        bool isThere = account.TryTake(stranger, bytes, now);
        _strangers.Add(source, account);
        return isThere;
    }

    private delegate bool Judge(in Account account);

    private struct Account
    {
        public double Left;
        public TimeSpan At;
        public TimeSpan Confirmed;

        public readonly double LeftAt(in AnswerAllowance allowance, TimeSpan now) =>
            Math.Min(allowance.Burst, Left + ((now - At).TotalSeconds * allowance.BytesPerSecond));

        public bool TryTake(in AnswerAllowance allowance, int bytes, TimeSpan now)
        {
            Left = LeftAt(allowance, now);
            At = now;
            bool isThere = Left >= Math.Min(bytes, allowance.Burst);
            Left -= isThere ? bytes : 0;
            return isThere;
        }
    }
}
