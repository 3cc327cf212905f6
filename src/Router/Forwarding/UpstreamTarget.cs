using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Tracing;

namespace LlmOperator.Router.Forwarding;

/// <summary>One place to which one attempt is sent.</summary>
internal sealed class UpstreamTarget
{
    /// <summary>Why it is tried.</summary>
    public required Candidate Candidate { get; init; }

    /// <summary>Name with the replica, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Base URL before <c>chat/completions</c>, ending with a slash; identifies the endpoint.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Identifies it where what is known of targets is kept.</summary>
    public string Id => IsLocal ? Endpoint.AbsoluteUri : Candidate.Name;

    /// <summary>The circuit's leave to ask it; null for targets that nobody has entered.</summary>
    public BreakerPass? Pass { get; init; }

    /// <summary>Why this one of several replicas; null when there was no choice.</summary>
    public ChosenBy? ChosenBy { get; init; }

    /// <summary>Bearer token; null for none.</summary>
    public required string? Token { get; init; }

    /// <summary>Protocol in which it is asked.</summary>
    public required IUpstreamDialect Dialect { get; init; }

    /// <summary>Value of <c>model</c> that it knows.</summary>
    public required string ModelName { get; init; }

    /// <summary>Digest of its weights; null when it is a provider's or not known.</summary>
    public string? Digest { get; init; }

    /// <summary>Fields of the request that it did not get, by its dialect's rule.</summary>
    public List<string> Dropped { get; } = [];

    /// <summary>Trace context that it gets; null for none.</summary>
    public TraceContext? Trace { get; set; }

    /// <summary>What the attempt at it has brought; who goes on with its stream counts here too.</summary>
    public AttemptMeter Meter { get; init; } = new();

    public bool IsLocal => Candidate is Candidate.Local;

    /// <summary>The name: the token is secret.</summary>
    public override string ToString() => Name;
}
