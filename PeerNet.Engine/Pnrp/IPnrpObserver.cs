using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Pnrp;

/// <summary>Told of what happens to names and clouds; the node turns it into events. Must not block.</summary>
internal interface IPnrpObserver
{
    /// <summary>A cloud's state, mode or addresses changed.</summary>
    void CloudChanged(PeerCloud cloud);

    /// <summary>A name was registered.</summary>
    void NameRegistered(PeerNameRegistration registration);

    /// <summary>A registration's state or content changed.</summary>
    void NameChanged(PeerNameRegistration registration);

    /// <summary>A name was withdrawn or has expired.</summary>
    void NameUnregistered(PeerNameRegistration registration);

    /// <summary>Another node acts as an identity of this one.</summary>
    void IdentityElsewhere(PeerIdentityElsewhere found);

    /// <summary>A cloud looks split.</summary>
    void SplitSuspected(PeerCloud cloud);

    /// <summary>Something failed that no caller waits for.</summary>
    void Failed(string source, string message);
}
