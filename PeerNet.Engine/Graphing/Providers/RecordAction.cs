namespace PeerNet.Engine.Graphing.Providers;

/// <summary>What is done with a record that is to be secured or validated.</summary>
public enum RecordAction
{
    /// <summary>It is new.</summary>
    Add,

    /// <summary>It is changed.</summary>
    Update,

    /// <summary>It is deleted.</summary>
    Delete,
}
