namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>How often people may invite (PROTOCOL.md 5).</summary>
internal sealed class InvitationRates
{
    private readonly Dictionary<string, int> _persons = [];
    private TimeSpan _start;
    private int _strangers;

    /// <summary>Counts one more invitation.</summary>
    /// <returns>False where it is one too many.</returns>
    public bool TryTake(TimeSpan now, string authority, bool isContact)
    {
        if (now - _start >= CollaborationLimits.InvitationWindow)
        {
            _persons.Clear();
            (_start, _strangers) = (now, 0);
        }

        int of = _persons.GetValueOrDefault(authority);
        if (of >= (isContact ? CollaborationLimits.InvitationsOfContact : CollaborationLimits.InvitationsOfStranger)
            || (!isContact && _strangers >= CollaborationLimits.InvitationsOfStrangers))
        {
            return false;
        }

        _persons[authority] = of + 1;
        _strangers += isContact ? 0 : 1;
        return true;
    }
}
