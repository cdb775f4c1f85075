namespace PeerNet.Engine.Graphing.Providers;

/// <summary>What a security provider is asked about a record that another node sent.</summary>
/// <param name="Record">The record.</param>
/// <param name="Action">What is done with it.</param>
internal readonly record struct RecordQuestion(GraphSecurityRecord Record, RecordAction Action);
