/**
 * A container's end of a network, as far as Docker describes it. Older engines send no name; ipvlan networks have no
 * MACs.
 */
export interface Endpoint {
  readonly mac: string | undefined;
  readonly name: string | undefined;
}
