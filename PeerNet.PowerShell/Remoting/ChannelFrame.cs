namespace PeerNet.PowerShell.Remoting;

/// <summary>What is said on the channel between two processes.</summary>
internal enum ChannelFrame : byte
{
    /// <summary>Runs a cmdlet. A <see cref="CallRequest"/>.</summary>
    Call = 1,

    /// <summary>The parameters for one more input.</summary>
    Record,

    /// <summary>No more input comes.</summary>
    End,

    /// <summary>Stops the cmdlet.</summary>
    Stop,

    /// <summary>What the user has answered, or why there is no answer.</summary>
    Answer,

    /// <summary>Completes an argument.</summary>
    Complete,

    /// <summary>Subscribes to the events of the node.</summary>
    Watch,

    /// <summary>An input has been worked on; the next one may come.</summary>
    Next = 64,

    /// <summary>An object that the cmdlet wrote.</summary>
    Output,

    /// <summary>An error that it wrote.</summary>
    Error,

    /// <summary>A warning.</summary>
    Warning,

    /// <summary>A verbose message.</summary>
    Verbose,

    /// <summary>A debug message.</summary>
    Debug,

    /// <summary>An information record.</summary>
    Information,

    /// <summary>How far it is.</summary>
    Progress,

    /// <summary>A line for the host, as -WhatIf writes.</summary>
    Line,

    /// <summary>A question for the user.</summary>
    Choose,

    /// <summary>It has ended.</summary>
    Done,

    /// <summary>It has ended with an error.</summary>
    Failed,

    /// <summary>What an argument may be.</summary>
    Completed,

    /// <summary>An event of the node.</summary>
    Happened,

    /// <summary>Who is here, said before anything else.</summary>
    Hello,
}
