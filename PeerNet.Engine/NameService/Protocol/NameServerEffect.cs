using PeerNet.Engine.Identity;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>What the machine wants done: an answer sent, or else a name searched for.</summary>
/// <param name="To">Who gets the answer.</param>
/// <param name="Answer">The answer; good until the machine is called again. Empty for none: a connection is closed then.</param>
/// <param name="Search">What is searched for; null where an answer is sent.</param>
internal readonly record struct NameServerEffect(QuestionSource To, ReadOnlyMemory<byte> Answer, NameSearch? Search);

/// <summary>A name to be searched for; <see cref="NameServerMachine.Searched"/> is told what came of it.</summary>
/// <param name="Number">Which search it is.</param>
/// <param name="Name">The name.</param>
internal sealed record NameSearch(int Number, PeerName Name);
