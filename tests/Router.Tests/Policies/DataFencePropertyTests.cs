using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Classification.Redaction;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Tests.Classification;

namespace LlmOperator.Router.Tests.Policies;

/// <summary>
/// Random policies and requests: what a policy keeps in is in no plan of a provider, whatever rules, modes, weights and
/// headers say; what leaves with placeholders holds none of it; and the same inputs give the same route.
/// </summary>
public sealed class DataFencePropertyTests
{
    private const int Worlds = 4000;

    private static readonly string[] s_personal =
    [
        "DE89 3704 0044 0532 0130 00",
        "4111-1111-1111-1111",
        "jane.doe@acme-corp.org",
        "+49 30 901820",
        "529.982.247-25",
    ];

    [Fact]
    public void Build_RandomPoliciesAndRequests_LeakNothing()
    {
        int held = 0;
        int redacted = 0;
        int copied = 0;
        for (int seed = 0; seed < Worlds; seed++)
        {
            Case test = Case.Draw(seed);
            RoutePlan plan = test.Plan();
            copied += plan.Shadow is Candidate.Remote ? 1 : 0;
            Candidate[] all = [.. plan.Candidates, .. plan.Shadow is { } shadow ? [shadow] : (Candidate[])[]];
            foreach (Candidate.Remote remote in all.OfType<Candidate.Remote>())
            {
                Assert.True(
                    test.Expected != DataLeaving.Forbidden,
                    $"seed {seed}: {test.Class} may not leave, but {remote.Name} is in the plan\n{test.Body}"
                );
                if (test.Expected == DataLeaving.Redacted)
                {
                    redacted++;
                    Assert.True(
                        remote.IsRedacted,
                        $"seed {seed}: {remote.Name} would get {test.Sensitive} as it is: {test.Body}"
                    );
                    string sent = test.Redacted();
                    Assert.False(
                        sent.Contains(test.Escaped, StringComparison.Ordinal),
                        $"seed {seed}: {test.Sensitive} is in {sent}"
                    );
                }
            }

            held += test.Expected == DataLeaving.Forbidden ? 1 : 0;
        }

        // The property must have been put to the test.
        Assert.True(held > Worlds / 4, $"{held} requests held something that may not leave");
        Assert.True(redacted > Worlds / 20, $"{redacted} candidates got placeholders");
        Assert.True(copied > Worlds / 40, $"{copied} copies were to go to a provider");
    }

    [Fact]
    public void Build_SameInputs_GiveTheSameRoute()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            RoutePlan first = Case.Draw(seed).Plan();
            RoutePlan second = Case.Draw(seed).Plan();

            Assert.Equal(first.Rule, second.Rule);
            Assert.Equal(first.Refusals, second.Refusals);
            Assert.Equal(
                (first.Shadow?.Name, first.ShadowRefusal),
                (second.Shadow?.Name, second.ShadowRefusal)
            );
            Assert.Equal(
                first.Candidates.Select(c => (c.Name, c.Estimate)),
                second.Candidates.Select(c => (c.Name, c.Estimate))
            );
        }
    }

    private sealed class Case
    {
        private readonly Random _random;

        private Case(int seed) => _random = new Random(seed);

        public string Body { get; private set; } = "";

        public string Sensitive { get; private set; } = "";

        /// <summary>As it stands in JSON.</summary>
        public string Escaped => JsonValue.Create(Sensitive)!.ToJsonString()[1..^1];

        public string Class { get; private set; } = "";

        public DataLeaving Expected { get; private set; }

        public RoutingPolicySpec Spec { get; private set; } = new();

        public static Case Draw(int seed)
        {
            Case test = new(seed);
            test.DrawAll();
            return test;
        }

        public RoutePlan Plan()
        {
            RoutingSnapshot snapshot = Snapshot();
            byte[] json = Encoding.UTF8.GetBytes(Body);
            string lowering = _random.Next(3) switch
            {
                0 => "Public",
                1 => "none, Unclassified",
                _ => "",
            };
            // A header may only raise: these classes are unknown, so they keep everything in, which leaks nothing either.
            bool hasHeader = Expected != DataLeaving.Redacted && lowering.Length > 0;
            RequestFacts facts = new(() => _random.Next(2) == 0 ? "please refactor this" : "hello")
            {
                Header = name =>
                    name == RequestClassifier.Header && hasHeader ? lowering
                    : name == "x-session-id" ? "s1"
                    : null,
                PromptTokens = _random.Next(2000),
                HasTools = _random.Next(2) == 0,
                Path = "/v1/chat/completions",
                ReadTexts = () => RequestTexts.Read(json),
                ReadFingerprint = () => Body,
                Now = DateTimeOffset.UnixEpoch.AddHours(_random.Next(200)),
            };
            string name = _random.Next(2) == 0 ? "role" : "policy";
            KnownFigures figures = new KnownFigures()
                .With("provider/p0/large", _random.NextDouble(), 10 + _random.Next(90))
                .With("model/m0", _random.NextDouble() * 5, 5 + _random.Next(30));
            return RoutePlanner.Build(
                Route.Find(snapshot, name, "default")!,
                snapshot,
                facts,
                figures,
                () => _random
            );
        }

        public string Redacted()
        {
            byte[] json = Encoding.UTF8.GetBytes(Body);
            Policy policy = Snapshot().Policies.Values.Single();
            return Encoding.UTF8.GetString(
                new Redactor(RequestTexts.Read(json), policy.DataClasses).Redact(json).Span
            );
        }

        private void DrawAll()
        {
            Class = _random.Next(3) switch
            {
                0 => DataClasses.Secret,
                1 => DataClasses.PersonalData,
                _ => "Project",
            };
            Sensitive = Class switch
            {
                DataClasses.Secret => DrawSecret(),
                DataClasses.PersonalData => s_personal[_random.Next(s_personal.Length)],
                _ => "Projekt Nordlicht",
            };
            Expected = (DataLeaving)_random.Next(3);
            Body = DrawBody();
            Spec = DrawSpec();
        }

        // Only formats that are found whole and alone: what stands around the others is not part of the secret.
        private string DrawSecret()
        {
            string[] templates =
            [
                .. SecretSamples
                    .All.Where(s =>
                        s.Template.StartsWith("ghp_", StringComparison.Ordinal)
                        || s.Template.StartsWith("AKIA", StringComparison.Ordinal)
                        || s.Template.StartsWith("sk-", StringComparison.Ordinal)
                        || s.Template.StartsWith("xox", StringComparison.Ordinal)
                        || s.Template.StartsWith("eyJ", StringComparison.Ordinal)
                    )
                    .Select(s => s.Template),
            ];
            return SecretSamples.Draw(templates[_random.Next(templates.Length)], _random);
        }

        private string DrawBody()
        {
            string text = $"{Filler()} {Sensitive} {Filler()}";
            JsonObject Message(string role, string content) =>
                new() { ["role"] = role, ["content"] = content };
            JsonArray messages = [Message("system", "be kind"), Message("user", Filler())];
            JsonObject body = new() { ["model"] = "policy", ["messages"] = messages };
            switch (_random.Next(6))
            {
                case 0:
                    messages.Insert(0, Message("system", text));
                    break;
                case 1:
                    messages.Add((JsonNode)Message("tool", text));
                    break;
                case 2:
                    messages.Insert(1, Message("assistant", text));
                    messages.Add((JsonNode)Message("user", "and then?"));
                    break;
                case 3:
                    JsonObject part = new() { ["type"] = "text", ["text"] = text };
                    messages.Add(
                        (JsonNode)new JsonObject { ["role"] = "user", ["content"] = new JsonArray(part) }
                    );
                    break;
                case 4:
                    JsonObject function = new() { ["name"] = "f", ["description"] = text };
                    body["tools"] = new JsonArray(
                        new JsonObject { ["type"] = "function", ["function"] = function }
                    );
                    break;
                default:
                    messages.Add((JsonNode)Message("user", text));
                    break;
            }

            return body.ToJsonString();
        }

        private string Filler() =>
            string.Join(
                ' ',
                Enumerable.Range(0, _random.Next(1, 30)).Select(_ => s_words[_random.Next(s_words.Length)])
            );

        private static readonly string[] s_words =
        [
            "the",
            "build",
            "fails",
            "since",
            "Monday",
            "please",
            "refactor",
            "42",
            "(see below)",
            "größer",
            "日本",
            "[[X]]",
        ];

        private RoutingPolicySpec DrawSpec() =>
            new()
            {
                Mode = (RoutingMode)_random.Next(6),
                DataClasses =
                [
                    new DataClassRule
                    {
                        Name = Class,
                        Keywords = Class == "Project" ? ["projekt nordlicht"] : null,
                        Leaving = Expected,
                    },
                ],
                Rules =
                [
                    .. Enumerable
                        .Range(0, _random.Next(4))
                        .Select(i => new RoutingRule
                        {
                            Name = $"rule-{i}",
                            Match = DrawMatch(),
                            Targets = DrawTargets(),
                            DrawBy = (DrawBy)_random.Next(3),
                            Shadow = DrawShadow(),
                            OnUnavailable = (UnavailableAction)_random.Next(2),
                        }),
                ],
                Objectives = _random.Next(2) == 0 ? new RoutingObjectives { TokensPerSecond = 20 } : null,
                Targets = DrawTargets(),
                Fallback = DrawTargets(),
                Shadow = DrawShadow(),
            };

        private ShadowCopies? DrawShadow() =>
            _random.Next(2) == 0
                ? new ShadowCopies { Target = DrawTargets()[0], Percent = _random.Next(1, 101) }
                : null;

        private RoutingMatch DrawMatch() =>
            new()
            {
                Keywords = _random.Next(3) == 0 ? ["refactor"] : null,
                HasTools = _random.Next(3) == 0 ? true : null,
                DataClasses = _random.Next(3) == 0 ? [Class] : null,
                Complexity = _random.Next(3) == 0 ? new ScoreRange { Above = _random.Next(40) } : null,
                Time = _random.Next(4) == 0 ? new TimeMatch { Days = [(Weekday)_random.Next(7)] } : null,
            };

        private List<RouteTarget> DrawTargets() =>
            [
                .. Enumerable
                    .Range(0, _random.Next(1, 5))
                    .Select(_ =>
                        _random.Next(2) == 0
                            ? World.Local($"m{_random.Next(3)}", _random.Next(3))
                            : World.Remote($"p{_random.Next(3)}", weight: _random.Next(3))
                    ),
            ];

        private RoutingSnapshot Snapshot()
        {
            Uri agent = new("http://127.0.0.1:11500/replicas/default/m");
            return new World()
                .Model("m0", agent)
                .Model("m1", agent)
                .Provider("p0", "https://api.example.com/v1")
                .Provider("p1", "https://api.example.org/v1")
                .Policy("policy", Spec)
                .Role(
                    "role",
                    new WorkerRoleSpec
                    {
                        Targets = [World.Remote("p0"), World.Local("m0")],
                        RoutingPolicyName = "policy",
                    }
                )
                .Snapshot;
        }
    }
}
