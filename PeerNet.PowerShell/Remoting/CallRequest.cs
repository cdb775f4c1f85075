using System.Collections;
using System.Management.Automation;
using PeerNet.PowerShell.Base;

namespace PeerNet.PowerShell.Remoting;

/// <summary>What one process asks another to do: a cmdlet, what its first input bound, and what holds where it was called.</summary>
internal sealed record CallRequest
{
    /// <summary>The version of the module that asks.</summary>
    public static string ModuleVersion { get; } = typeof(CallRequest).Assembly.GetName().Version!.ToString();

    /// <summary>The version of the module there.</summary>
    public string Version { get; init; } = ModuleVersion;

    /// <summary>The cmdlet.</summary>
    public required string Command { get; init; }

    /// <summary>Its parameters, with those that came through the pipeline.</summary>
    public required Hashtable Parameters { get; init; }

    /// <summary>What is known of its input.</summary>
    public PipelineInput Input { get; init; } = new(IsExpected: false, []);

    /// <summary>The folder that relative paths start from.</summary>
    public string Location { get; init; } = "";

    /// <summary>The drives that paths may name, with their roots.</summary>
    public Hashtable Drives { get; init; } = [];

    /// <summary>What is confirmed without being asked for.</summary>
    public string ConfirmPreference { get; init; } = nameof(ConfirmImpact.High);

    /// <summary>As text.</summary>
    public string Write() => WireObject.Write(new Hashtable
    {
        [nameof(Version)] = Version,
        [nameof(Command)] = Command,
        [nameof(Parameters)] = Parameters,
        [nameof(Input.IsExpected)] = Input.IsExpected,
        [nameof(Input.Given)] = Input.Given.ToArray(),
        [nameof(Location)] = Location,
        [nameof(Drives)] = Drives,
        [nameof(ConfirmPreference)] = ConfirmPreference,
    });

    /// <summary>From text; null where it is none.</summary>
    public static CallRequest? Read(string text) =>
        WireObject.Read(text) is Hashtable { Count: > 0 } table
        && table[nameof(Command)] is string command && table[nameof(Parameters)] is Hashtable parameters
            ? new()
            {
                Version = table[nameof(Version)] as string ?? "",
                Command = command,
                Parameters = parameters,
                Input = new(
                    table[nameof(Input.IsExpected)] is true, [.. (table[nameof(Input.Given)] as object?[] ?? []).OfType<string>()]),
                Location = table[nameof(Location)] as string ?? "",
                Drives = table[nameof(Drives)] as Hashtable ?? [],
                ConfirmPreference = table[nameof(ConfirmPreference)] as string ?? "",
            }
            : null;
}
