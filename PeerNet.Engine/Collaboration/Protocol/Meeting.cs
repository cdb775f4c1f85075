using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>The greeting: two endpoints tell each other which they are, and come to the six digits that their users compare
/// (PROTOCOL.md 4.1).</summary>
/// <param name="context">What the parts share.</param>
/// <param name="sending">Sends.</param>
internal sealed class Meeting(CollaborationContext context, Sending sending)
{
    /// <summary>A link begins: the caller binds itself.</summary>
    public void Begin(Moment now, Link link)
    {
        context.Timers.Set(TimerOf(link), now.Elapsed + CollaborationLimits.GreetingTime);
        if (link.IsCaller)
        {
            link.Queue(HelloWith(Greeting.Commit(link.Nonce, context.Own!.Key)));
            sending.Flush(now, link);
        }
    }

    /// <summary>This node's part of the digits.</summary>
    public byte[] NewNonce()
    {
        byte[] nonce = new byte[Greeting.NonceLength];
        context.Random.Fill(nonce);
        return nonce;
    }

    /// <summary>Takes a message of the greeting; the link is up when it was the last one.</summary>
    /// <returns>False where it is none, or does not fit.</returns>
    public bool Take(Moment now, Link link, CollaborationMessage? message)
    {
        switch (message)
        {
            case CollaborationMessage.Hello hello when link.RemoteHello is null && !IsOwn(link, hello):
                link.RemoteHello = hello;
                link.Queue(link.IsCaller ? new CollaborationMessage.Reveal(link.Nonce) : HelloWith(link.Nonce));
                if (link.IsCaller)
                {
                    Complete(link, context.Own!.Key, link.Start.Key, link.Nonce, hello.Proof);
                }

                break;
            case CollaborationMessage.Reveal reveal when !link.IsCaller && link.RemoteHello is { } caller
                && Greeting.IsCommitted(reveal.Nonce, link.Start.Key, caller.Proof):
                Complete(link, link.Start.Key, context.Own!.Key, reveal.Nonce, link.Nonce);
                break;
            default:
                return false;
        }

        sending.Flush(now, link);
        return true;
    }

    private void Complete(Link link, byte[] caller, byte[] called, byte[] callersNonce, byte[] calledNonce)
    {
        link.AuthenticationString = Greeting.CreateString(caller, called, callersNonce, calledNonce);
        link.IsUp = true;
        context.Timers.Cancel(TimerOf(link));
    }

    private CollaborationMessage.Hello HelloWith(byte[] proof) => new(Version: 1, context.Own!.Id, context.Own.Port, proof);

    private bool IsOwn(Link link, CollaborationMessage.Hello hello) =>
        new EndpointKey(link.Authority, hello.Endpoint) == context.Own!.EndpointKey;

    private static CollaborationTimer TimerOf(Link link) => new(TimerKind.Greeting, link.Id);
}
