using System.Diagnostics;
using System.Net.Security;
using PeerNet.Engine.Collaboration;

namespace PeerNet.Benchmarks.Collaboration;

/// <summary>How long an invitation takes until its answer is there, where it is accepted at once: on a connection that is
/// kept, and with a new one. The limit is a request and a response of the same lengths over bare TLS, in turns with it.</summary>
internal sealed class InvitationFigure : IFigure
{
    // Nobody may invite anybody more often than 30 times a minute.
    private const int People = 60;
    private const int Rounds = 600;
    private const int Batch = 20;
    private const int NewRounds = 40;
    private const int WarmUp = 900;
    private const int RequestLength = 60;
    private const int ResponseLength = 22;
    private const double Wanted = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Name => "Invitation";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await using RealPerson inviter = await RealPerson.StartAsync("inviter");
        List<RealPerson> invited = [];
        await using var connections = new BareConnections(inviter);
        for (int i = 0; i < People; i++)
        {
            invited.Add(await RealPerson.StartAsync($"invited {i}"));
            await invited[i].AddAsync(inviter, isWatched: true);
            await inviter.AddAsync(invited[i], isWatched: true);
        }

        var answers = new Answers(inviter);

        var (client, server) = await connections.OpenAsync();
        _ = AnswerAsync(server);
        List<double> kept = [];
        List<double> bare = [];
        for (int first = 0; first < Rounds + WarmUp; first += Batch)
        {
            for (int round = first; round < first + Batch; round++)
            {
                Add(kept, round, await answers.InviteAsync(invited[round % People]));
            }

            for (int round = first; round < first + Batch; round++)
            {
                Add(bare, round, await MeasureAsync(() => AskAsync(client)));
            }
        }

        yield return Row("bare request, kept connection, p50", bare, null);
        yield return Row("invitation, kept connection, p50", kept, bare);
        yield return FigureRow.WithGoal("invitation, kept connection, goal", Medians.Of(kept), "ms", Wanted * Medians.Of(bare));

        List<double> anew = [];
        List<double> bareAnew = [];
        for (int round = 0; round < NewRounds; round++)
        {
            await using RealPerson newcomer = await RealPerson.StartAsync("newcomer");
            await newcomer.AddAsync(inviter, isWatched: false, isFound: false);
            anew.Add(await MeasureAsync(async () =>
            {
                await inviter.AddAsync(newcomer, isWatched: false);
                await answers.InviteAsync(newcomer);
            }));
            bareAnew.Add(await MeasureAsync(async () =>
            {
                (SslStream from, SslStream to) = await connections.OpenAsync();
                _ = AnswerAsync(to);
                await AskAsync(from);
            }));
        }

        yield return Row("bare request, new connection, p50", bareAnew, null);
        yield return Row("invitation, new connection, p50", anew, bareAnew);
        foreach (RealPerson other in invited)
        {
            await other.DisposeAsync();
        }
    }

    private static void Add(List<double> all, int round, double value)
    {
        if (round >= WarmUp)
        {
            all.Add(value);
        }
    }

    private static FigureRow Row(string name, List<double> values, List<double>? limit) =>
        new(name, Medians.Of(values), "ms", limit is null ? null : Medians.Of(limit));

    private static async Task<double> MeasureAsync(Func<Task> action)
    {
        long start = Stopwatch.GetTimestamp();
        await action().WaitAsync(Patience);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task AskAsync(SslStream client)
    {
        await client.WriteAsync(new byte[RequestLength]);
        await client.ReadExactlyAsync(new byte[ResponseLength]);
    }

    private static async Task AnswerAsync(SslStream server)
    {
        byte[] request = new byte[RequestLength];
        byte[] response = new byte[ResponseLength];
        try
        {
            while (true)
            {
                await server.ReadExactlyAsync(request);
                await server.WriteAsync(response);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The figure is over.
        }
    }

    /// <summary>Invites, and waits for the answers.</summary>
    private sealed class Answers
    {
        private readonly RealPerson _inviter;
        private TaskCompletionSource<long> _answered = new();
        private Guid _id;
        private int _count;

        public Answers(RealPerson inviter)
        {
            _inviter = inviter;
            inviter.Heard = news =>
            {
                if (news is PeerInvitation { State: PeerInvitationState.Accepted } answered && answered.Id == _id)
                {
                    _answered.TrySetResult(Stopwatch.GetTimestamp());
                }
            };
        }

        public async Task<double> InviteAsync(RealPerson other)
        {
            _id = new Guid(++_count, 0, 0, new byte[8]);
            _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var draft = new PeerInvitation
            {
                Id = _id,
                Direction = PeerInvitationDirection.Sent,
                State = PeerInvitationState.Pending,
                Kind = PeerInvitationKind.Application,
                Contact = other.Name.Value,
                ApplicationId = _id,
            };
            long start = Stopwatch.GetTimestamp();
            await _inviter.Runner.AskAsync((machine, now) => machine.Invite(now, draft, TimeSpan.FromMinutes(1)));

            // What counts is when the answer is there, not when another thread has been woken up to look at it.
            return Stopwatch.GetElapsedTime(start, await _answered.Task.WaitAsync(Patience)).TotalMilliseconds;
        }
    }
}
