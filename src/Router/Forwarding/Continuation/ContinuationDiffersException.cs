namespace LlmOperator.Router.Forwarding.Continuation;

/// <summary>The target that was to go on says something else than the client has already.</summary>
internal sealed class ContinuationDiffersException() : Exception("it does not say again what was sent");
