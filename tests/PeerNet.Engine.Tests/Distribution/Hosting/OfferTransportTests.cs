using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using PeerNet.Engine.Distribution.Hosting;
using PeerNet.Engine.Distribution.Hosting.Protocol.Messages;
using PeerNet.Engine.Distribution.Http;
using PeerNet.Engine.Tests.Distribution.Http;

namespace PeerNet.Engine.Tests.Distribution.Hosting;

public sealed class OfferTransportTests
{
    [Theory]
    [InlineData("0000000100", null)]
    [InlineData("0000000101", null)]
    [InlineData("0000000102", "none of the Hosted Cache Protocol")]
    [InlineData("00000001", "none of the Hosted Cache Protocol")]
    [InlineData("", "none of the Hosted Cache Protocol")]
    [InlineData("000000010000", "none of the Hosted Cache Protocol")]
    public async Task Only_an_answer_of_the_protocol_is_one(string hex, string? failure)
    {
        byte[] bytes = Convert.FromHexString(hex);
        OfferReply reply = await PostAsync(context => context.Response.Body.WriteAsync(bytes).AsTask());
        Assert.Equal(failure is null, reply.Code is not null);
        Assert.Contains(failure ?? "", reply.Failure ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "400")]
    [InlineData(401, "authenticate")]
    [InlineData(500, "500")]
    public async Task Other_answers_say_what_they_were(int status, string failure)
    {
        OfferReply reply = await PostAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.Contains(failure, reply.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_it()
    {
        OfferReply reply = await PostAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[65536], context.RequestAborted);
            }
        });
        Assert.Null(reply.Code);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_gets_no_offer()
    {
        using X509Certificate2 certificate = Issue();
        bool wasAsked = false;
        await using HttpServer server = await TestServer.StartAsync(
            _ =>
            {
                wasAsked = true;
                return Task.CompletedTask;
            },
            endpoint: TestServer.AnyPort with { Certificate = certificate });
        using var transport = new OfferTransport(OfferTransport.CreateHandler([]));

        OfferReply reply = await transport.PostAsync(new($"https://{server.Endpoints[0]}/"), new byte[16], default);

        Assert.Null(reply.Code);
        Assert.NotNull(reply.Failure);
        Assert.False(wasAsked);
    }

    [Fact]
    public async Task A_certificate_of_a_trusted_root_gets_one_if_it_has_the_name()
    {
        using X509Certificate2 certificate = Issue();
        await using HttpServer server = await TestServer.StartAsync(
            context => context.Response.Body.WriteAsync(OfferResponse.Write(OfferResponseCode.Interested)).AsTask(),
            endpoint: TestServer.AnyPort with { Certificate = certificate });
        using var transport = new OfferTransport(OfferTransport.CreateHandler([certificate]));
        int port = server.Endpoints[0].Port;

        Assert.Equal(
            OfferResponseCode.Interested, (await transport.PostAsync(new($"https://127.0.0.1:{port}/"), new byte[16], default)).Code);
        Assert.NotNull((await transport.PostAsync(new($"https://localhost:{port}/"), new byte[16], default)).Failure);
    }

    /// <summary>A certificate for 127.0.0.1 that vouches for itself.</summary>
    public static X509Certificate2 Issue()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=hosted cache", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(
            certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static async Task<OfferReply> PostAsync(RequestDelegate answer)
    {
        await using HttpServer server = await TestServer.StartAsync(
            answer, new HttpServerOptions { ShutdownTimeout = TimeSpan.FromMilliseconds(100) });
        using var transport = new OfferTransport(OfferTransport.CreateHandler([]));
        return await transport.PostAsync(new($"http://{server.Endpoints[0]}/"), default, default);
    }
}
