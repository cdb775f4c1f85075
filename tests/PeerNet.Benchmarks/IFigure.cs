namespace PeerNet.Benchmarks;

/// <summary>Something that is measured, with its limits, in one run.</summary>
internal interface IFigure
{
    /// <summary>What the command line chooses it by.</summary>
    string Name { get; }

    /// <summary>Measures; each row is printed as soon as it is known.</summary>
    IAsyncEnumerable<FigureRow> MeasureAsync();
}
