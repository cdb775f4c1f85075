using System.Globalization;
using PeerNet.Engine.Tests.Distribution.Caching;
using PeerNet.Engine.Tests.Graphing.Storage;
using PeerNet.Engine.Tests.Simulation;

// Tests that need a process to kill start this assembly, and build.ps1 simulates with it; the test runner does not come by
// here.
return args switch
{
    ["fill-store", { } folder, { } seed] => await StoreFiller.RunAsync(folder, int.Parse(seed, CultureInfo.InvariantCulture)),
    ["fill-records", { } path, { } seed] => RecordFiller.Run(path, int.Parse(seed, CultureInfo.InvariantCulture)),
    ["simulate", { } name, { } size, { } seed, { } count] => Scenario.RunAll(
        name,
        int.Parse(size, CultureInfo.InvariantCulture),
        ulong.Parse(seed, CultureInfo.InvariantCulture),
        int.Parse(count, CultureInfo.InvariantCulture)),
    _ => 1,
};
