using Microsoft.AspNetCore.Http;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Http;

public sealed class HttpRouterTests
{
    [Theory]
    [InlineData("/exact", "exact")]
    [InlineData("/EXACT/", "exact")]
    [InlineData("/exact/more", null)]
    [InlineData("/exactly", null)]
    [InlineData("/files", "files")]
    [InlineData("/files/", "files")]
    [InlineData("/files/deep", "deep")]
    [InlineData("/filesystem", null)]
    [InlineData("/", null)]
    public async Task The_route_for_the_path_answers(string path, string? expected)
    {
        var router = new HttpRouter(Named("exact", "/exact"), Named("files", "/files/"), Named("deep", "/files/deep/"));

        HttpContext context = await AnswerAsync(router, path);

        Assert.Equal(expected, context.Items["route"]);
        Assert.Equal(expected is null ? 404 : 200, context.Response.StatusCode);
    }

    [Theory]
    [InlineData(10, 200)]
    [InlineData(11, 413)]
    public async Task A_body_may_be_as_long_as_its_route_says(int length, int status)
    {
        var router = new HttpRouter(
            new HttpRoute("/up", context => context.Request.Body.CopyToAsync(Stream.Null)) { MaxBodyLength = 10 });
        await using HttpServer server = await TestServer.StartAsync(router.HandleAsync);

        RawAnswer answer = await RawHttp.ExchangeAsync(
            server.Endpoints[0],
            $"POST /up HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}");

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_chunked_body_has_the_same_limit()
    {
        var router = new HttpRouter(
            new HttpRoute("/up", context => context.Request.Body.CopyToAsync(Stream.Null)) { MaxBodyLength = 10 });
        await using HttpServer server = await TestServer.StartAsync(router.HandleAsync);

        RawAnswer answer = await RawHttp.ExchangeAsync(
            server.Endpoints[0],
            "POST /up HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n");

        Assert.Equal(413, answer.Status);
    }

    private static HttpRoute Named(string name, string path) => new(path, context =>
    {
        context.Items["route"] = name;
        return Task.CompletedTask;
    });

    private static async Task<HttpContext> AnswerAsync(HttpRouter router, string path)
    {
        var context = new DefaultHttpContext { Request = { Path = path } };
        await router.HandleAsync(context);
        return context;
    }
}
