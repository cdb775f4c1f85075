namespace PeerNet.Engine.Transport;

/// <summary>What came of the attempt to use a <see cref="MulticastPlace"/>.</summary>
internal enum MulticastOutcome
{
    /// <summary>The system refuses: nothing is sent there, and nothing heard.</summary>
    Refused,

    /// <summary>The group can be asked there, and answers are heard, but not the group though it should be: its port belongs
    /// to one program alone.</summary>
    Unheard,

    /// <summary>As it should be.</summary>
    Joined,
}
