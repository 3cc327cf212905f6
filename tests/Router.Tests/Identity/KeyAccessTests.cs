using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Identity;

/// <summary>What keys open at the router's real web server.</summary>
public sealed class KeyAccessTests
{
    private const string Team = "key-of-the-team-0123456789";
    private const string FileKey = "key-of-the-file-0123456789";
    private const int Fuzzed = 100_000;
    private const int Seed = 20_261_125;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static World TwoModels(ScriptedUpstream upstream, RouterKeySpec? spec = null) =>
        new World().Model("a", upstream.Address).Model("b", upstream.Address).Key("team", Team, spec);

    [Fact]
    public async Task Request_OnceAKeyExists_NeedsOne()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(TwoModels(upstream));

        using HttpResponseMessage without = await router.ChatAsync("a", stream: false, Token);
        Use(router, "wrong-key-0123456789");
        using HttpResponseMessage wrong = await router.ChatAsync("a", stream: false, Token);
        Use(router, Team);
        using HttpResponseMessage right = await router.ChatAsync("a", stream: false, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task Request_KeyInTheHeaderOfOtherDialects_IsTaken()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(TwoModels(upstream));
        router.Http.DefaultRequestHeaders.Add("x-api-key", Team);

        using HttpResponseMessage answer = await router.ChatAsync("a", stream: false, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Request_ForAModelThatIsNotOpen_SaysTheSameWhetherItExists()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        RouterKeySpec onlyA = new() { AllowedNames = ["a"] };
        await using RunningRouter router = await RunningRouter.StartAsync(TwoModels(upstream, onlyA));
        Use(router, Team);

        using HttpResponseMessage exists = await router.ChatAsync("b", stream: false, Token);
        using HttpResponseMessage doesNot = await router.ChatAsync("x", stream: false, Token);

        Assert.Equal(HttpStatusCode.Forbidden, exists.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, doesNot.StatusCode);
        Assert.Equal(
            (await exists.Content.ReadAsStringAsync(Token)).Replace(
                "\\u0022b\\u0022",
                "NAME",
                StringComparison.Ordinal
            ),
            (await doesNot.Content.ReadAsStringAsync(Token)).Replace(
                "\\u0022x\\u0022",
                "NAME",
                StringComparison.Ordinal
            )
        );
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task Models_OfARestrictedKey_AreThoseThatItOpens()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        RouterKeySpec onlyA = new() { AllowedNames = ["a"] };
        await using RunningRouter router = await RunningRouter.StartAsync(TwoModels(upstream, onlyA));
        Use(router, Team);

        JsonNode list = JsonNode.Parse(await router.Http.GetStringAsync("v1/models", Token))!;
        using HttpResponseMessage other = await router.Http.GetAsync("v1/models/b", Token);

        Assert.Equal(["a"], list["data"]!.AsArray().Select(m => (string?)m!["id"]));
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
    }

    [Fact]
    public async Task Request_KeyOfAnotherNamespace_FindsNothingHere()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        World world = new World().Model("a", upstream.Address).Key("team", Team, ns: "elsewhere");
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        Use(router, Team);

        using HttpResponseMessage bare = await router.ChatAsync("a", stream: false, Token);
        using HttpResponseMessage named = await router.ChatAsync("default/a", stream: false, Token);
        JsonNode list = JsonNode.Parse(await router.Http.GetStringAsync("v1/models", Token))!;

        Assert.Equal(HttpStatusCode.NotFound, bare.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, named.StatusCode);
        Assert.DoesNotContain(
            "\"default",
            await named.Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal
        );
        Assert.Empty(list["data"]!.AsArray());
    }

    [Fact]
    public async Task Metrics_KeyOfANamespace_AreNotOpened()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            TwoModels(upstream),
            new RouterOptions { ApiKeys = [FileKey] }
        );

        Use(router, Team);
        using HttpResponseMessage ofKey = await router.Http.GetAsync("metrics", Token);
        Use(router, FileKey);
        using HttpResponseMessage ofFile = await router.Http.GetAsync("metrics", Token);
        using HttpResponseMessage chat = await router.ChatAsync("b", stream: false, Token);

        Assert.Equal(HttpStatusCode.Forbidden, ofKey.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ofFile.StatusCode);
        Assert.Equal(HttpStatusCode.OK, chat.StatusCode);
    }

    /// <summary>S-08: nothing that stands in the header opens anything but the key.</summary>
    [Fact]
    public void Authorization_HundredThousandTexts_NoneOpens()
    {
        Random random = new(Seed);
        GuardProbe guard = new(TwoModelsWithoutUpstream().Snapshot.Keys, [FileKey]);
        for (int i = 0; i < Fuzzed; i++)
        {
            string header = Text(random);
            int status = guard.StatusOf(header);
            Assert.True(status == StatusCodes401, $"Text {i} of seed {Seed} was answered {status}: {header}");
        }

        Assert.Equal(200, guard.StatusOf("Bearer " + Team));
        Assert.Equal(200, guard.StatusOf("bearer   " + FileKey + " "));
    }

    private const int StatusCodes401 = 401;

    private static World TwoModelsWithoutUpstream() => new World().Model("a").Key("team", Team);

    // Near the key, near SQL, near headers, and noise.
    private static string Text(Random random)
    {
        string near = random.Next(6) switch
        {
            0 => Team[..random.Next(Team.Length)],
            1 => Team + (char)random.Next(33, 127),
            2 => Flip(Team, random),
            3 => "' OR 1=1 --" + Team,
            4 => Flip(FileKey, random),
            _ => new string([
                .. Enumerable.Range(0, random.Next(200)).Select(_ => (char)random.Next(32, 0x2000)),
            ]),
        };
        return random.Next(4) switch
        {
            0 => near,
            1 => "Basic " + near,
            2 => "Bearer" + near,
            _ => "Bearer " + near,
        };
    }

    private static string Flip(string key, Random random)
    {
        char[] text = key.ToCharArray();
        text[random.Next(text.Length)] ^= (char)(1 << random.Next(5));
        return new string(text);
    }

    private static void Use(RunningRouter router, string key) =>
        router.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
}
