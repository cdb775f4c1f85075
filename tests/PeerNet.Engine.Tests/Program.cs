using System.Globalization;
using PeerNet.Engine.Tests.Distribution.Caching;
using PeerNet.Engine.Tests.Graphing.Storage;

// Tests that need a process to kill start this assembly; the test runner does not come by here.
return args switch
{
    ["fill-store", { } folder, { } seed] => await StoreFiller.RunAsync(folder, int.Parse(seed, CultureInfo.InvariantCulture)),
    ["fill-records", { } path, { } seed] => RecordFiller.Run(path, int.Parse(seed, CultureInfo.InvariantCulture)),
    _ => 1,
};
