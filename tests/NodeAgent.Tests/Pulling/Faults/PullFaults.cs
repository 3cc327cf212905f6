using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling.Faults;

/// <summary>The matrix as data: what goes wrong with the bytes of a file, and what must come of it.</summary>
internal static class PullFaults
{
    public static int SpanUnits { get; } = new PullOptions().SpanUnits;

    public static IReadOnlyList<PullFault> All { get; } =
    [
        new("connection cut", _ => new RegistryFault.CutAfter(50_000) { Times = 3 })
        {
            Again = (0, 3 * SpanUnits),
        },
        new("stall", length => new RegistryFault.StallAt(length / 3)),
        new("slow", _ => new RegistryFault.Slow(8 << 20) { Times = 1000 }) { Again = (0, 0) },
        new("200 to the first request for a range", _ => new RegistryFault.IgnoreRange()) { Again = (1, 0) },
        new("200 to each request for a range", _ => new RegistryFault.IgnoreRange { Times = 1000 }),
        new("wrong Content-Range", _ => new RegistryFault.WrongContentRange()),
        new("always a wrong Content-Range", _ => new RegistryFault.WrongContentRange { Times = 1000 })
        {
            Again = (0, 1000),
            Fails = ModelSourceFailure.Invalid,
        },
        new("compressed", _ => new RegistryFault.Compressed()),
        new("always compressed", _ => new RegistryFault.Compressed { Times = 1000 })
        {
            Again = (0, 1000),
            Fails = ModelSourceFailure.Invalid,
        },
        new("short body", _ => new RegistryFault.ShortBody()),
        new("wrong Content-Length", _ => new RegistryFault.WrongContentLength()),
        new("truncated", length => new RegistryFault.Truncated(length / 2) { Times = 3 }),
        new("always truncated", length => new RegistryFault.Truncated(length / 2) { Times = 1000 })
        {
            Again = (0, 1000),
            Fails = ModelSourceFailure.Invalid,
        },
        new("address expires", length => new RegistryFault.StatusAt(403, length / 2)) { Again = (0, 0) },
        new("token expires", length => new RegistryFault.StatusAt(401, length / 2)) { Again = (0, 0) },
        new("refused for ever", length => new RegistryFault.StatusAt(403, length / 2) { Times = 1000 })
        {
            Again = (0, 0),
            Fails = ModelSourceFailure.Unauthorized,
        },
        new("429 with Retry-After", length => new RegistryFault.StatusAt(429, length / 2, 1))
        {
            Again = (0, 0),
        },
        new("500", length => new RegistryFault.StatusAt(500, length / 2) { Times = 2 }) { Again = (0, 0) },
        new("503 for ever", length => new RegistryFault.StatusAt(503, length / 2) { Times = 1000 })
        {
            Again = (0, 0),
            Fails = ModelSourceFailure.Unreachable,
        },
        // What was there is of the old state.
        new("other ETag in the middle", _ => new RegistryFault.OtherEntityTag { LeastBytes = 2 })
        {
            Again = (1, SpanUnits),
        },
        new("flipped bit", length => new RegistryFault.FlipByte(length - 100)) { Again = (1, 0) },
        new("always a flipped bit", length => new RegistryFault.FlipByte(length - 100) { Times = 1000 })
        {
            Again = (2, 0),
            IsWrongDigest = true,
        },
        new(
            "redirect to a private address",
            _ => new RegistryFault.RedirectTo(new Uri("http://10.0.0.1/m.gguf")) { Times = 1000 }
        )
        {
            Fails = ModelSourceFailure.Refused,
        },
        new(
            "redirect loop",
            _ => new RegistryFault.RedirectTo(new Uri("?again", UriKind.Relative)) { Times = 1000 }
        )
        {
            Again = (0, 0),
            Fails = ModelSourceFailure.Invalid,
        },
        new(
            "redirect to what is no http",
            _ => new RegistryFault.RedirectTo(new Uri("ftp://localhost/m.gguf")) { Times = 1000 }
        )
        {
            Fails = ModelSourceFailure.Refused,
        },
    ];
}
