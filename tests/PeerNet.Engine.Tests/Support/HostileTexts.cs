namespace PeerNet.Engine.Tests.Support;

/// <summary>Texts that drive a terminal, or make it show something else than they say.</summary>
internal static class HostileTexts
{
    /// <summary>One for each kind of character.</summary>
    public static TheoryData<string> All { get; } =
    [
        "\u001b[31mred",
        "\u001b]0;title\u0007",
        "bell\u0007",
        "over\rwritten",
        "two\nlines",
        "\u009b31mred",
        "\u202eright to left",
        "\u2066isolate\u2069",
        "zero\u200bwidth",
        "\u2028line",
    ];

    /// <summary>Those that fit into a byte a character, as a server can send them in a line.</summary>
    public static TheoryData<string> InALine { get; } = ["\u001b[31mred", "\u001b]0;title\u0007", "bell\u0007", "\u009b31mred"];
}
