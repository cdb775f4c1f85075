using PeerNet.Engine.Collaboration.Applications;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration.Storage;

/// <summary>A program that is registered: an invitation to it that the user accepts runs it.</summary>
internal sealed record StoredApplication
{
    /// <summary>Longest name and description, in UTF-16 code units.</summary>
    public const int MaximumText = 255;

    /// <summary>Most arguments.</summary>
    public const int MaximumArguments = 64;

    /// <summary>Longest argument, in UTF-16 code units.</summary>
    public const int MaximumArgument = 4096;

    /// <summary>Most bytes of data.</summary>
    public const int MaximumData = 16 * 1024;

    /// <summary>What programs call it.</summary>
    public required Guid Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>What it does; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The program's file (<see cref="ApplicationCheck"/>).</summary>
    public required string Path { get; init; }

    /// <summary>Its arguments, each as the program gets it. None of an invitation's is ever among them.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What others are told of it.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>Who sees it.</summary>
    public PeerCollaborationScope Scope { get; init; } = PeerCollaborationScope.All;

    /// <summary>Whether it is registered for all users of the machine.</summary>
    public bool IsForAllUsers { get; init; }

    /// <summary>What does not fit together; null where all does. The program's file is not looked at.</summary>
    public string? FindFault() =>
        Id == Guid.Empty ? "it has no id"
        : string.IsNullOrWhiteSpace(Name) || !IsText(Name) ? "the name is empty or too long, or has control characters"
        : !IsText(Description) ? "the description is too long, or has control characters"
        : ApplicationCheck.FindPathFault(Path) is { } fault ? fault
        : Arguments.Count > MaximumArguments ? $"there are more than {MaximumArguments} arguments"
        : Arguments.Any(argument => argument.Length > MaximumArgument || !SafeXml.IsContent(argument))
            ? $"an argument has more than {MaximumArgument} characters, or one that no argument can have"
        : Data.Length > MaximumData ? $"the data has more than {MaximumData} bytes"
        : (Scope & ~PeerCollaborationScope.All) != 0 ? "there is no such scope"
        : null;

    private static bool IsText(string text) => text.Length <= MaximumText && SafeXml.IsText(text);
}
