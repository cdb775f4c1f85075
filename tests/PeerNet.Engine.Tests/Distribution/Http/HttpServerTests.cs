using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class HttpServerTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

    [Fact]
    public async Task A_server_answers_where_it_says_it_listens_and_says_nothing_of_itself()
    {
        await using HttpServer server = await TestServer.StartAsync(Hello);

        RawAnswer answer = await RawHttp.ExchangeAsync(server.Endpoints[0], Get);

        Assert.NotEqual(0, server.Endpoints[0].Port);
        Assert.Equal((200, "hello"), (answer.Status, answer.Text));
        Assert.Null(answer["Server"]);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_that_names_it()
    {
        await using HttpServer first = await TestServer.StartAsync(_ => Task.CompletedTask);
        int port = first.Endpoints[0].Port;

        var error = await Assert.ThrowsAsync<PeerException>(() => TestServer.StartAsync(
            _ => Task.CompletedTask, endpoint: TestServer.AnyPort with { Port = port }));

        Assert.Equal(PeerErrors.UnableToListen, error.Error);
        Assert.Contains($"{port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(port, error.Target);
    }

    [Fact]
    public async Task A_default_port_that_is_taken_is_replaced_by_a_free_one_and_logged()
    {
        await using HttpServer first = await TestServer.StartAsync(_ => Task.CompletedTask);
        int port = first.Endpoints[0].Port;
        var log = new CollectingLoggerFactory();

        await using HttpServer second = await TestServer.StartAsync(
            _ => Task.CompletedTask, endpoint: TestServer.AnyPort with { Port = port, IsDefaultPort = true }, log: log);

        Assert.NotEqual(port, second.Endpoints[0].Port);
        Assert.Contains(log.Messages, message => message.Id == 3501 && message.Message.Contains($"{port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_of_another_machine_is_an_error_even_for_a_default_port()
    {
        var elsewhere = new HttpEndpoint { Address = IPAddress.Parse("192.0.2.1"), Port = 0, IsDefaultPort = true };

        var error = await Assert.ThrowsAsync<PeerException>(() => TestServer.StartAsync(_ => Task.CompletedTask, endpoint: elsewhere));

        Assert.Equal(PeerErrors.UnableToListen, error.Error);
        Assert.Contains("192.0.2.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_one_endpoint_cannot_be_had_none_stays_open()
    {
        await using HttpServer first = await TestServer.StartAsync(_ => Task.CompletedTask);
        int free;
        using (var probe = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            free = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        await Assert.ThrowsAsync<PeerException>(() => HttpServer.StartAsync(
            [TestServer.AnyPort with { Port = free }, TestServer.AnyPort with { Port = first.Endpoints[0].Port }],
            _ => Task.CompletedTask,
            new HttpServerOptions(),
            TimeProvider.System,
            new CollectingLoggerFactory(),
            CancellationToken.None));

        await using HttpServer later = await TestServer.StartAsync(
            _ => Task.CompletedTask, endpoint: TestServer.AnyPort with { Port = free });
        Assert.Equal(free, later.Endpoints[0].Port);
    }

    [Fact]
    public async Task The_wildcard_serves_both_families()
    {
        await using HttpServer server = await TestServer.StartAsync(
            _ => Task.CompletedTask, endpoint: new HttpEndpoint { Address = IPAddress.IPv6Any, Port = 0 });

        RawAnswer answer = await RawHttp.ExchangeAsync(new IPEndPoint(IPAddress.Loopback, server.Endpoints[0].Port), Get);

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task What_a_handler_throws_is_an_empty_500_and_a_line_in_the_log()
    {
        var log = new CollectingLoggerFactory();
        await using HttpServer server = await TestServer.StartAsync(
            context =>
            {
                context.Response.Headers["X-Half"] = "done";
                throw new InvalidOperationException("the secret of the house");
            },
            log: log);

        RawAnswer answer = await RawHttp.ExchangeAsync(server.Endpoints[0], Get);

        Assert.Equal((500, ""), (answer.Status, answer.Text));
        Assert.Null(answer["X-Half"]);
        Assert.Contains(log.Messages, message => message.Id == 3502);
    }

    [Fact]
    public async Task An_answer_that_fails_half_way_does_not_look_whole()
    {
        await using HttpServer server = await TestServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        });

        RawAnswer answer = await RawHttp.ExchangeAsync(server.Endpoints[0], Get);

        Assert.False(answer.IsWhole);
    }

    [Fact]
    public async Task Clients_of_HTTP_1_0_may_keep_their_connection()
    {
        await using HttpServer server = await TestServer.StartAsync(Hello);
        using RawHttp connection = await RawHttp.ConnectAsync(server.Endpoints[0]);

        for (int i = 0; i < 3; i++)
        {
            await connection.SendAsync("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            RawAnswer answer = await connection.ReadAsync();
            Assert.Equal(("hello", "keep-alive"), (answer.Text, answer["Connection"]));
        }

        await connection.SendAsync("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal("hello", (await connection.ReadAsync()).Text);
        Assert.True(await connection.IsClosedAsync());
    }

    [Fact]
    public async Task Stopping_lets_requests_end_and_takes_no_new_ones()
    {
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        HttpServer server = await TestServer.StartAsync(async context =>
        {
            begun.SetResult();
            await end.Task;
            await Hello(context);
        });
        IPEndPoint endpoint = server.Endpoints[0];
        Task<RawAnswer> answer = RawHttp.ExchangeAsync(endpoint, Get);
        await begun.Task;

        Task stopped = server.DisposeAsync().AsTask();
        end.SetResult();

        Assert.Equal("hello", (await answer).Text);
        await stopped;
        await Assert.ThrowsAsync<SocketException>(() => RawHttp.ConnectAsync(endpoint));
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_ever()
    {
        var begun = new TaskCompletionSource();
        HttpServer server = await TestServer.StartAsync(
            async context =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
            new HttpServerOptions { ShutdownTimeout = TimeSpan.FromMilliseconds(1) });
        Task<RawAnswer> answer = RawHttp.ExchangeAsync(server.Endpoints[0], Get);
        await begun.Task;

        await server.DisposeAsync();

        Assert.Equal(0, (await answer).Status);
    }

    [Fact]
    public async Task With_a_certificate_it_speaks_HTTPS()
    {
        using X509Certificate2 certificate = CreateCertificate();
        await using HttpServer server = await TestServer.StartAsync(
            context => Say(context, context.Request.Scheme), endpoint: TestServer.AnyPort with { Certificate = certificate });

        using var client = new TcpClient();
        await client.ConnectAsync(server.Endpoints[0]);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint,
        });
        await tls.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n"));
        string answer = await new StreamReader(tls).ReadToEndAsync();

        Assert.EndsWith("\r\n\r\nhttps", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_over_the_limit_are_closed()
    {
        var gate = new TaskCompletionSource();
        await using HttpServer server = await TestServer.StartAsync(
            _ => gate.Task, new HttpServerOptions { MaxConnections = 1 });
        using RawHttp first = await RawHttp.ConnectAsync(server.Endpoints[0]);
        await first.SendAsync(Get);

        Assert.True(await RawHttp.IsTurnedAwayAsync(server.Endpoints[0]));
        gate.SetResult();
        Assert.Equal(200, (await first.ReadAsync()).Status);
    }

    [Fact]
    public async Task Servers_that_share_their_places_have_as_many_connections_together_and_count_the_others()
    {
        var gate = new TaskCompletionSource();
        var share = new HttpShare(connections: 4);
        await using HttpServer one = await TestServer.StartAsync(_ => gate.Task, new() { Share = share });
        await using HttpServer two = await TestServer.StartAsync(_ => gate.Task, new() { Share = share });
        using RawHttp first = await RawHttp.ConnectAsync(one.Endpoints[0]);
        await first.SendAsync(Get);

        // One source has a quarter of them.
        Assert.True(await RawHttp.IsTurnedAwayAsync(two.Endpoints[0]));
        Assert.Equal(1, share.ToDictionary()["HttpTurnedAway"]);
        gate.SetResult();
        Assert.Equal(200, (await first.ReadAsync()).Status);
    }

    [Fact]
    public async Task A_disk_or_a_system_that_fails_is_told_as_503_and_counted()
    {
        var share = new HttpShare(connections: 100);
        await using HttpServer server = await TestServer.StartAsync(
            _ => throw new IOException("Too many open files"), new() { Share = share });

        RawAnswer answer = await RawHttp.ExchangeAsync(server.Endpoints[0], Get);

        Assert.Equal((503, "10"), (answer.Status, answer["Retry-After"]));
        Assert.Equal(1, share.Counters[HttpCounter.Unavailable]);
    }

    [Fact]
    public void Only_a_file_that_is_not_there_or_not_for_others_is_not_found()
    {
        Assert.True(ContentServerHandler.IsAbsent(new FileNotFoundException()));
        Assert.True(ContentServerHandler.IsAbsent(new DirectoryNotFoundException()));
        Assert.True(ContentServerHandler.IsAbsent(new UnauthorizedAccessException()));
        Assert.False(ContentServerHandler.IsAbsent(new IOException("Too many open files")));
    }

    [Theory]
    [InlineData("too long a line", 414)]
    [InlineData("too long a header", 431)]
    [InlineData("too many headers", 431)]
    public async Task Requests_have_limits(string fault, int status)
    {
        await using HttpServer server = await TestServer.StartAsync(Hello);
        string request = fault switch
        {
            "too long a line" => $"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: test\r\n\r\n",
            "too long a header" => $"GET / HTTP/1.1\r\nHost: test\r\nX-Long: {new string('a', 20_000)}\r\n\r\n",
            _ => $"GET / HTTP/1.1\r\nHost: test\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 100))}\r\n",
        };

        Assert.Equal(status, (await RawHttp.ExchangeAsync(server.Endpoints[0], request)).Status);
    }

    // Shapes by which one request is hidden in another's body where two programs read them differently.
    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5, 6\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 0x5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost : t\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nX: a\r\n folded\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: t\r\n\r\n")]
    [InlineData("GET relative HTTP/1.1\r\nHost: t\r\n\r\n")]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: t\r\n\r\n")]
    public async Task Requests_that_can_be_read_in_two_ways_are_refused(string request)
    {
        int handled = 0;
        await using HttpServer server = await TestServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref handled);
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        using RawHttp connection = await RawHttp.ConnectAsync(server.Endpoints[0]);
        await connection.SendAsync(request + "GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n");

        Assert.InRange((await connection.ReadAsync()).Status, 400, 501);
        Assert.True(await connection.IsClosedAsync());
        Assert.InRange(handled, 0, 1);
    }

    [Fact]
    public async Task Who_speaks_no_TLS_to_HTTPS_is_hung_up_on()
    {
        using X509Certificate2 certificate = CreateCertificate();
        await using HttpServer server = await TestServer.StartAsync(
            Hello, endpoint: TestServer.AnyPort with { Certificate = certificate });

        Assert.Equal(0, (await RawHttp.ExchangeAsync(server.Endpoints[0], Get)).Status);
    }

    private static X509Certificate2 CreateCertificate()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static Task Hello(HttpContext context) => Say(context, "hello");

    private static Task Say(HttpContext context, string text)
    {
        context.Response.ContentLength = text.Length;
        return context.Response.WriteAsync(text);
    }
}
