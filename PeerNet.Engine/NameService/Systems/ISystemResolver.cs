using System.Net;

namespace PeerNet.Engine.NameService.Systems;

/// <summary>How one operating system is told to ask another server for the names of one zone, and for no others.</summary>
internal interface ISystemResolver
{
    /// <summary>What is told.</summary>
    string Name { get; }

    /// <summary>What is to be done so that it asks <paramref name="server"/>.</summary>
    /// <exception cref="Core.PeerException">It cannot be told of such a server, or is not there; the error says what to do
    /// instead.</exception>
    IReadOnlyList<SystemStep> Tell(IPEndPoint server);

    /// <summary>What is to be done so that it asks as it did before, whatever server it was told of; nothing where it was told of
    /// none.</summary>
    IReadOnlyList<SystemStep> TakeBack();
}

/// <summary>One step of telling, which can be shown before it is done.</summary>
internal abstract record SystemStep
{
    private const string Indent = "    ";

    private SystemStep()
    {
    }

    /// <summary>What it does, as people read it, line by line.</summary>
    public abstract IReadOnlyList<string> Lines { get; }

    /// <summary>The same in one line.</summary>
    public sealed override string ToString() => string.Join(" | ", Lines.Select(line => line.Trim()));

    /// <summary>A file is written.</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Text">All of it.</param>
    internal sealed record Write(string Path, string Text) : SystemStep
    {
        public override IReadOnlyList<string> Lines =>
            [$"Write {Path}:", .. Text.TrimEnd('\n').Split('\n').Select(line => Indent + line)];
    }

    /// <summary>A file is deleted.</summary>
    internal sealed record Delete(string Path) : SystemStep
    {
        public override IReadOnlyList<string> Lines => [$"Delete {Path}"];
    }

    /// <summary>A program is run.</summary>
    internal sealed record Run(string Program, params string[] Arguments) : SystemStep
    {
        public override IReadOnlyList<string> Lines => $"Run {Program} {string.Join(' ', Arguments)}".Split('\n');
    }
}
