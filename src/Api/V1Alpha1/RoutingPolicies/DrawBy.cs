namespace LlmOperator.Api.V1Alpha1;

/// <summary>What stays with the target that was drawn for it.</summary>
public enum DrawBy
{
    /// <summary>Every request is drawn anew.</summary>
    Request,

    /// <summary>Requests of one session: header <c>x-session-id</c>, or <c>prompt_cache_key</c> of the body. Without them as by user.</summary>
    Session,

    /// <summary>Requests of one user: <c>user</c> of the body, or else the API key. Without them every request is drawn anew.</summary>
    User,
}
