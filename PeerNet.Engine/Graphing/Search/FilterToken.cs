namespace PeerNet.Engine.Graphing.Search;

/// <summary>A token of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says, without quotes, brackets and dashes.</param>
/// <param name="Column">Where it begins, from 1 on.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int Column);
