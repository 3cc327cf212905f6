using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>However the local target fails, in the middle of a stream too: not one request reaches the provider.</summary>
public sealed class DataFenceFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Faults =>
        new MatrixTheoryData<string, bool>(["refused", "429", "500", "json", "cut", "inside"], [true, false]);

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Chat_WithASecret_StaysWhateverFails(string fault, bool stream)
    {
        await using ScriptedUpstream local = fault switch
        {
            "429" => Script.Status(429, headers: "Retry-After: 0\r\n"),
            "500" => Script.Status(500),
            "json" => Script.Whole("not json"),
            "cut" => Script.Streamed(2, Ending.CleanChunks),
            "inside" => Script.StreamCutInsideAFrame(2),
            _ => Script.Whole(),
        };
        await using ScriptedUpstream cloud = stream ? Script.Streamed() : Script.Whole();
        Uri address = fault == "refused" ? new Uri("http://127.0.0.1:1/") : local.Address;
        RoutingRule rule = new()
        {
            Name = "all",
            Targets = [World.Local("m", 0), World.Remote("cloud", weight: 5), World.Local("m")],
        };
        World world = new World()
            .Model("m", address)
            .Provider("cloud", cloud.Address + "v1")
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Mode = RoutingMode.CloudFirst,
                    Rules = [rule],
                    Targets = [World.Remote("cloud"), World.Local("m")],
                    Fallback = [World.Remote("cloud")],
                    DataClasses = [new DataClassRule { Name = DataClasses.Secret }],
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        string secret = "ghp_" + new string('k', 9) + "Q7z0aB1cD2eF3gH4iJ5kL6mN7oP";
        using StringContent body = new(
            $$"""{"model":"p","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"tool","content":"token {{secret}}"},{"role":"user","content":"count"}]}""",
            Encoding.UTF8,
            "application/json"
        );

        using HttpResponseMessage response = await router.Http.PostAsync("v1/chat/completions", body, Token);
        (string text, _) = await RunningRouter.ReadAsync(response, Token);

        Assert.Empty(cloud.Requests);
        Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }
}
