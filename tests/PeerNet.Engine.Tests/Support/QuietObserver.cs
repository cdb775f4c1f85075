using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Tests.Support;

/// <summary>Listens to nothing.</summary>
internal sealed class QuietObserver : IPnrpObserver
{
    public void CloudChanged(PeerCloud cloud)
    {
    }

    public void NameRegistered(PeerNameRegistration registration)
    {
    }

    public void NameChanged(PeerNameRegistration registration)
    {
    }

    public void NameUnregistered(PeerNameRegistration registration)
    {
    }

    public void IdentityElsewhere(PeerIdentityElsewhere found)
    {
    }

    public void SplitSuspected(PeerCloud cloud)
    {
    }

    public void Failed(string source, string message)
    {
    }
}
