namespace PeerNet.Engine.Tests.Simulation.Graphs;

/// <summary>How the living nodes of a simulated graph are connected.</summary>
internal sealed record GraphTopology(
    int Nodes, int Components, int MinimumDegree, int MaximumDegree, double MeanDegree, double MeanPath)
{
    public static GraphTopology Of(SimulatedGraph graph)
    {
        SimulatedGraphNode[] nodes = [.. graph.Living];
        Dictionary<ulong, int> indexes = nodes.Select((node, index) => (node.Machine.NodeId, index)).ToDictionary();
        int[][] neighbors =
        [
            .. nodes.Select(node => node.Machine.ListConnections()
                .Where(connection => !connection.IsDirect
                    && connection.State == Engine.Graphing.Protocol.LinkState.Connected
                    && indexes.ContainsKey(connection.NodeId))
                .Select(connection => indexes[connection.NodeId])
                .ToArray()),
        ];
        long pathSum = 0;
        long pathCount = 0;
        int components = 0;
        var seen = new bool[nodes.Length];
        for (int start = 0; start < nodes.Length; start++)
        {
            int[] distances = Distances(neighbors, start);
            if (!seen[start])
            {
                components++;
            }

            for (int i = 0; i < distances.Length; i++)
            {
                if (distances[i] >= 0)
                {
                    seen[i] = true;
                    pathSum += distances[i];
                    pathCount += i == start ? 0 : 1;
                }
            }
        }

        return new(
            nodes.Length,
            components,
            neighbors.Min(list => list.Length),
            neighbors.Max(list => list.Length),
            neighbors.Average(list => list.Length),
            pathCount == 0 ? 0 : (double)pathSum / pathCount);
    }

    private static int[] Distances(int[][] neighbors, int start)
    {
        int[] distances = new int[neighbors.Length];
        Array.Fill(distances, -1);
        distances[start] = 0;
        var queue = new Queue<int>([start]);
        while (queue.TryDequeue(out int node))
        {
            foreach (int neighbor in neighbors[node])
            {
                if (distances[neighbor] < 0)
                {
                    distances[neighbor] = distances[node] + 1;
                    queue.Enqueue(neighbor);
                }
            }
        }

        return distances;
    }
}
